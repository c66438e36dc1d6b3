create or replace function private.invitation_link_token(invitation_id uuid) returns text
language sql stable
set search_path = ''
as $$
  select replace(invitation_link_token.invitation_id::text, '-', '') || '.'
    || private.invitation_token(invitation_link_token.invitation_id);
$$;
comment on function private.invitation_link_token(uuid) is
  'What an invitation link carries: the invitation''s id and the secret that belongs to it. For invite_member and '
  'the letter.';
