-- The invited person follows the link and becomes a member. An invitation makes one member.
create or replace function private.accept_invitation(token text) returns public.store_members
language plpgsql volatile
security definer -- clients hold no write grant on members
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_parts text[] := regexp_match(lower(private.tidy_code(accept_invitation.token)), '^([0-9a-f]{32})\.([0-9a-f]{64})$');
  v_invitation public.store_invitations;
  v_member public.store_members;
begin
  if v_parts is null or private.invitation_token(v_parts[1]::uuid) <> v_parts[2] then
    raise sqlstate 'PT404' using
      message = 'There is no such invitation.', detail = 'invitation_not_found';
  end if;
  select * into v_invitation
  from public.store_invitations
  where store_invitations.id = v_parts[1]::uuid
  for update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'There is no such invitation.', detail = 'invitation_not_found', hint = 'It may have been withdrawn.';
  end if;

  select * into v_member
  from public.store_members
  where store_members.store_id = v_invitation.store_id
    and store_members.user_id = v_user_id;
  if v_invitation.accepted_at is not null then
    if v_invitation.accepted_by = v_user_id and v_member.user_id is not null then
      return v_member;
    end if;
    raise sqlstate 'PT409' using
      message = 'This invitation has been used.', detail = 'invitation_used';
  end if;
  if v_invitation.expires_at <= now() then
    raise sqlstate 'PT410' using
      message = 'This invitation has expired.', detail = 'invitation_expired', hint = 'Ask for another one.';
  end if;

  update public.store_invitations
  set accepted_at = now(), accepted_by = v_user_id
  where store_invitations.id = v_invitation.id;
  insert into public.store_members (store_id, user_id, role)
  values (v_invitation.store_id, v_user_id, v_invitation.role)
  -- Also when another invitation of this store is accepted at this instant.
  on conflict on constraint store_members_pkey do nothing
  returning * into v_member;
  if not found then
    raise sqlstate 'PT409' using
      message = 'You work for this store already.', detail = 'already_member';
  end if;
  return v_member;
end;
$$;
comment on function private.accept_invitation(text) is 'See public.accept_invitation.';
grant execute on function private.accept_invitation(text) to anon, authenticated;

create or replace function public.accept_invitation(token text) returns public.store_members
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.accept_invitation(accept_invitation.token);
$$;
comment on function public.accept_invitation(text) is
  'Makes the caller a member by the token of an invitation; repeating it returns the same membership. '
  'Errors: not_signed_in, account_required, session_revoked, invitation_not_found, invitation_used, '
  'invitation_expired, already_member.';
grant execute on function public.accept_invitation(text) to anon, authenticated;
