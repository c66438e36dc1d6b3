-- A browser that was uninstalled or that took its permission back is told by its push service: it never comes back, so
-- nothing more is sent there.
create or replace function private.mark_outbox_gone(id uuid) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
begin
  delete from public.push_subscriptions
  using private.outbox
  where outbox.id = mark_outbox_gone.id and push_subscriptions.id = outbox.push_subscription_id;
  perform private.mark_outbox_skipped(mark_outbox_gone.id, 'The browser does not exist any more.');
end;
$$;
comment on function private.mark_outbox_gone(uuid) is 'See public.mark_outbox_gone.';
grant execute on function private.mark_outbox_gone(uuid) to service_role;

create or replace function public.mark_outbox_gone(id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_outbox_gone(mark_outbox_gone.id); $$;
comment on function public.mark_outbox_gone(uuid) is
  'Service only. The browser that this message was for is gone for good: its subscription is removed, the message '
  'skipped. Repeating it changes nothing.';
grant execute on function public.mark_outbox_gone(uuid) to service_role;
