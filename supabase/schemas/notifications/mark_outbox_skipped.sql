-- Not sent and not failed: the invitation was taken back, the cart was emptied, the account is gone. Kept apart
-- from both, so that "why did I get no mail?" has an answer.
create or replace function private.mark_outbox_skipped(id uuid, reason text) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
begin
  update private.outbox
  set status = 'skipped', leased_until = null, last_error = left(mark_outbox_skipped.reason, 1000)
  where outbox.id = mark_outbox_skipped.id and outbox.status = 'pending';
end;
$$;
comment on function private.mark_outbox_skipped(uuid, text) is 'See public.mark_outbox_skipped.';
grant execute on function private.mark_outbox_skipped(uuid, text) to service_role;

create or replace function public.mark_outbox_skipped(id uuid, reason text) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_outbox_skipped(mark_outbox_skipped.id, mark_outbox_skipped.reason); $$;
comment on function public.mark_outbox_skipped(uuid, text) is
  'Service only. This message was not sent and need not be: nobody to write to, or nothing left to say. Repeating '
  'it changes nothing.';
grant execute on function public.mark_outbox_skipped(uuid, text) to service_role;
