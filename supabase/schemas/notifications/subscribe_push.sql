-- A browser has one subscription, whoever is signed in to it: signing in as somebody else moves it. Who brings the
-- browser's keys has the browser; with the address alone nobody takes it over.
create or replace function private.subscribe_push(endpoint text, p256dh text, auth text)
returns public.push_subscriptions
language plpgsql volatile
security definer -- clients hold no insert grant on subscriptions, and it may be another person's so far
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_subscription public.push_subscriptions;
begin
  -- Compared as text first, so that whatever is sent is answered, not only what the constraints would take.
  if not coalesce(
    private.is_push_endpoint(subscribe_push.endpoint)
      and rtrim(subscribe_push.p256dh, '=') ~ '^B[A-Za-z0-9_-]{86}$'
      and rtrim(subscribe_push.auth, '=') ~ '^[A-Za-z0-9_-]{22}$',
    false
  ) then
    raise sqlstate 'PT422' using
      message = 'That is no push subscription of a browser.', detail = 'invalid_push_subscription',
      hint = 'Send endpoint, keys.p256dh and keys.auth of PushSubscription.toJSON().';
  end if;
  -- One after the other for a person, so that the limit is exact.
  perform pg_advisory_xact_lock(hashtextextended('push ' || v_user_id, 0));
  insert into public.push_subscriptions (user_id, endpoint, p256dh, auth)
  values (
    v_user_id, subscribe_push.endpoint, rtrim(subscribe_push.p256dh, '='), rtrim(subscribe_push.auth, '=')
  )
  on conflict on constraint push_subscriptions_endpoint_key
  do update set user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth
  where push_subscriptions.user_id = excluded.user_id
    or (push_subscriptions.p256dh, push_subscriptions.auth) = (excluded.p256dh, excluded.auth)
  returning * into v_subscription;
  if not found then
    raise sqlstate 'PT409' using
      message = 'This browser is subscribed with other keys.', detail = 'already_exists',
      hint = 'Unsubscribe in the browser and subscribe again.';
  end if;
  -- The newest twenty stay: what is older is mostly a browser that nobody has any more.
  delete from public.push_subscriptions
  where push_subscriptions.id in (
    select old.id from public.push_subscriptions as old
    where old.user_id = v_user_id and old.id <> v_subscription.id
    order by old.id desc
    offset 19
    for update skip locked
  );
  return v_subscription;
end;
$$;
comment on function private.subscribe_push(text, text, text) is 'See public.subscribe_push.';
grant execute on function private.subscribe_push(text, text, text) to anon, authenticated;

create or replace function public.subscribe_push(endpoint text, p256dh text, auth text)
returns public.push_subscriptions
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.subscribe_push(subscribe_push.endpoint, subscribe_push.p256dh, subscribe_push.auth);
$$;
comment on function public.subscribe_push(text, text, text) is
  'Has this browser told what the caller is told by push: endpoint, keys.p256dh and keys.auth of '
  'PushSubscription.toJSON(). Repeating it changes nothing; a browser of somebody else becomes the caller''s; of a '
  'person the newest twenty stay. '
  'Errors: not_signed_in, account_required, session_revoked, invalid_push_subscription, already_exists.';
grant execute on function public.subscribe_push(text, text, text) to anon, authenticated;
