-- An owner or manager invites somebody to work for the store, by phone or e-mail.
create or replace function private.invite_member(store_id uuid, role text, phone text, email text) returns jsonb
language plpgsql volatile
security definer -- clients hold no insert grant on invitations
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(invite_member.store_id, array['owner', 'manager']);
  v_email text := lower(private.tidy_code(invite_member.email));
  v_phone text;
  v_invitation public.store_invitations;
  v_mail_key text;
begin
  if invite_member.role is null or invite_member.role not in ('manager', 'staff') then
    raise sqlstate 'PT422' using
      message = 'An invitation is for a manager or for staff.', detail = 'invalid_role';
  end if;
  if invite_member.role = 'manager' then
    perform private.require_store_role(invite_member.store_id, array['owner']);
  end if;
  -- A number without country code is one of the store's country.
  v_phone := private.tidy_phone(
    invite_member.phone, (select stores.country_code from public.stores where stores.id = invite_member.store_id)
  );
  if num_nonnulls(v_phone, v_email) <> 1
    or not private.is_phone(v_phone)
    or not coalesce(private.is_email(v_email), true)
  then
    raise sqlstate 'PT422' using
      message = 'Give one phone number or one e-mail address.', detail = 'invalid_recipient',
      hint = 'phone: + and the country code, then the number, such as +1 202 555 0121; '
        'email: such as name@example.com.';
  end if;

  perform from public.stores where stores.id = invite_member.store_id for no key update;
  if exists (
    select
    from public.store_members
    join public.profiles on profiles.id = store_members.user_id
    where store_members.store_id = invite_member.store_id
      and (profiles.phone = v_phone or lower(profiles.email) = v_email)
  ) then
    raise sqlstate 'PT409' using
      message = 'This person works for the store already.', detail = 'already_member';
  end if;

  -- Asking again renews the invitation that is open.
  update public.store_invitations
  set role = invite_member.role, invited_by = v_user_id, expires_at = now() + interval '7 days'
  where store_invitations.store_id = invite_member.store_id
    and store_invitations.accepted_at is null
    and (store_invitations.phone = v_phone or store_invitations.email = v_email)
  returning * into v_invitation;
  if not found then
    if (
      select count(*)
      from public.store_invitations
      where store_invitations.store_id = invite_member.store_id
        and store_invitations.created_at > now() - interval '1 day'
    ) >= 50 then
      raise sqlstate 'PT429' using
        message = 'Fifty invitations a day are enough.', detail = 'too_many_invitations', hint = 'Try again tomorrow.';
    end if;
    insert into public.store_invitations (store_id, phone, email, role, invited_by)
    values (invite_member.store_id, v_phone, v_email, invite_member.role, v_user_id)
    returning * into v_invitation;
  end if;

  if v_invitation.email is not null then
    -- However often an invitation is repeated, one mail an hour is sent. Another role is worth another mail, unless
    -- the first one still waits: it will tell the new role.
    v_mail_key := format('invitation:%s:%s', v_invitation.id, date_trunc('hour', now() at time zone 'UTC'));
    if exists (
      select from private.outbox
      where outbox.dedupe_key = v_mail_key
        and outbox.status <> 'pending'
        and outbox.payload ->> 'role' <> v_invitation.role
    ) then
      v_mail_key := v_mail_key || ':' || v_invitation.role;
    end if;
    insert into private.outbox (template, recipient, store_id, payload, dedupe_key)
    values (
      'invitation', v_invitation.email, v_invitation.store_id,
      jsonb_build_object('invitation_id', v_invitation.id, 'role', v_invitation.role), v_mail_key
    )
    on conflict (dedupe_key) where dedupe_key is not null
    do update set payload = excluded.payload where outbox.status = 'pending';
  end if;
  return jsonb_build_object(
    'id', v_invitation.id,
    'store_id', v_invitation.store_id,
    'role', v_invitation.role,
    'phone', v_invitation.phone,
    'email', v_invitation.email,
    'expires_at', v_invitation.expires_at,
    'token', private.invitation_link_token(v_invitation.id)
  );
end;
$$;
comment on function private.invite_member(uuid, text, text, text) is 'See public.invite_member.';
grant execute on function private.invite_member(uuid, text, text, text) to anon, authenticated;

create or replace function public.invite_member(
  store_id uuid,
  role text,
  phone text default null,
  email text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.invite_member(invite_member.store_id, invite_member.role, invite_member.phone, invite_member.email);
$$;
comment on function public.invite_member(uuid, text, text, text) is
  'Invites somebody to work for the store for seven days; by e-mail it is sent, in any case the answer carries '
  'the token for a link of your own. Owners invite managers and staff, managers staff. Repeating it renews the '
  'invitation. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, invalid_role, '
  'invalid_recipient, already_member, too_many_invitations.';
grant execute on function public.invite_member(uuid, text, text, text) to anon, authenticated;
