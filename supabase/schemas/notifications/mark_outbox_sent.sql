-- The worker's report that a provider took the message, with the id that the provider knows it by.
create or replace function private.mark_outbox_sent(id uuid, provider_id text) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
begin
  update private.outbox
  set status = 'sent',
    sent_at = now(),
    leased_until = null,
    last_error = null,
    provider_id = mark_outbox_sent.provider_id
  where outbox.id = mark_outbox_sent.id and outbox.status <> 'sent';
end;
$$;
comment on function private.mark_outbox_sent(uuid, text) is 'See public.mark_outbox_sent.';
grant execute on function private.mark_outbox_sent(uuid, text) to service_role;

create or replace function public.mark_outbox_sent(id uuid, provider_id text) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_outbox_sent(mark_outbox_sent.id, mark_outbox_sent.provider_id); $$;
comment on function public.mark_outbox_sent(uuid, text) is
  'Service only. The provider took this message; repeating it changes nothing.';
grant execute on function public.mark_outbox_sent(uuid, text) to service_role;
