-- Sometimes the customer is right. A dispute that is accepted is lost at once; the provider says so in an event, which
-- books it. One that concerns several stores is for the marketplace to accept.
create or replace function private.accept_dispute(dispute_id uuid) returns public.disputes
language plpgsql volatile
security definer -- nobody holds a write grant on what answers a dispute
set search_path = ''
as $$
declare
  v_found record;
begin
  v_found := private.require_dispute(accept_dispute.dispute_id);
  if not private.is_operator() and v_found.my_store_ids <> v_found.store_ids then
    raise sqlstate 'PT403' using
      message = 'This dispute concerns other stores, too.', detail = 'platform_admin_required';
  end if;
  insert into private.dispute_answers (dispute_id, action)
  values (accept_dispute.dispute_id, 'accept')
  on conflict on constraint dispute_answers_pkey do update
  set action = 'accept', status = 'pending', next_attempt_at = now(), attempt = dispute_answers.attempt + 1;
  return v_found.dispute;
end;
$$;
comment on function private.accept_dispute(uuid) is 'See public.accept_dispute.';
grant execute on function private.accept_dispute(uuid) to anon, authenticated, service_role;

create or replace function public.accept_dispute(dispute_id uuid) returns public.disputes
language sql volatile security invoker
set search_path = ''
as $$ select * from private.accept_dispute(accept_dispute.dispute_id); $$;
comment on function public.accept_dispute(uuid) is
  'Gives a dispute up: the owner or a manager of the only store that it concerns, or a platform admin. A job tells the '
  'provider, whose event then says that it is lost. Returns the dispute as it is until then. Errors: not_signed_in, '
  'account_required, session_revoked, dispute_not_found, store_role_required, platform_admin_required, '
  'dispute_not_answerable.';
grant execute on function public.accept_dispute(uuid) to anon, authenticated, service_role;
