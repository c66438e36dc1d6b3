-- Whoever got the mail may have no more of them, without signing in: the link proves to whom it was sent.
create or replace function private.decline_review_requests(token text) returns void
language plpgsql volatile
security definer -- writes the profile of whom the token names
set search_path = ''
as $$
declare
  v_user_id uuid := (regexp_match(decline_review_requests.token, '^([0-9a-f]{32})\.[0-9a-f]{64}$'))[1]::uuid;
begin
  if v_user_id is null or private.review_request_token(v_user_id) <> decline_review_requests.token then
    raise sqlstate 'PT404' using
      message = 'That link is not valid.', detail = 'link_not_valid';
  end if;
  update public.profiles
  set wants_review_requests = false
  where profiles.id = v_user_id and profiles.wants_review_requests;
end;
$$;
comment on function private.decline_review_requests(text) is 'See public.decline_review_requests.';
grant execute on function private.decline_review_requests(text) to anon, authenticated;

create or replace function public.decline_review_requests(token text) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.decline_review_requests(decline_review_requests.token); $$;
comment on function public.decline_review_requests(text) is
  'Ends the mails that ask for reviews, by the token of the link in each of them; nobody has to sign in. Whoever '
  'wants them again sets profiles.wants_review_requests. Errors: link_not_valid.';
grant execute on function public.decline_review_requests(text) to anon, authenticated;
