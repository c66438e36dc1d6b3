-- An owner or manager invites somebody to work for the store, by phone or e-mail.
create or replace function private.invitation_link_token(invitation_id uuid) returns text
language sql stable
set search_path = ''
as $$
  select replace(invitation_link_token.invitation_id::text, '-', '') || '.' || private.invitation_token(invitation_link_token.invitation_id);
$$;
comment on function private.invitation_link_token(uuid) is 'What an invitation link carries: which invitation, and the proof. For invite_member and the outbox.';
