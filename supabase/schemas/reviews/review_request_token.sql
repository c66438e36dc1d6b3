create or replace function private.review_request_token(user_id uuid) returns text
language sql stable
security definer -- reads private.signing_keys, which is granted to nobody
set search_path = ''
as $$
  select replace(review_request_token.user_id::text, '-', '') || '.'
    || encode(extensions.hmac(uuid_send(review_request_token.user_id), signing_keys.key, 'sha256'), 'hex')
  from private.signing_keys
  where signing_keys.name = 'review_requests';
$$;
comment on function private.review_request_token(uuid) is
  'What the link carries by which somebody declines mails that ask for reviews: who, and the proof that it was mailed '
  'to them.';
