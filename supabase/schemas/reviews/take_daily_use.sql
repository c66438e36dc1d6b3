-- What a person may do only so often a day. Counted in a row of their own, so that a flood meets itself and nobody
-- else; what is refused or rolled back does not count.
create or replace function private.take_daily_use(action text, most integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_use private.daily_uses;
  v_seconds integer;
begin
  insert into private.daily_uses as today (user_id, action)
  values ((select auth.uid()), take_daily_use.action)
  on conflict on constraint daily_uses_pkey do update
  set began_at = case when today.began_at <= now() - interval '24 hours' then now() else today.began_at end,
    uses = case when today.began_at <= now() - interval '24 hours' then 1 else today.uses + 1 end
  returning * into v_use;
  if v_use.uses > take_daily_use.most then
    v_seconds := ceil(extract(epoch from v_use.began_at + interval '24 hours' - now()));
    raise sqlstate 'PT429' using
      message = 'That is enough for one day.', detail = 'rate_limited',
      hint = format('Try again in %s seconds.', v_seconds);
  end if;
end;
$$;
comment on function private.take_daily_use(text, integer) is
  'Counts that the caller does this once more, and refuses more than `most` within 24 hours. Errors: rate_limited.';
