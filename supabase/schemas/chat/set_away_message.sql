-- A store that is away says so by itself, once in each conversation, instead of leaving people without a word.
create or replace function private.set_away_message(store_id uuid, body text) returns public.away_messages
language plpgsql volatile
security definer -- clients hold no write grant on away messages
set search_path = ''
as $$
declare
  v_body text := nullif(private.tidy_prose(set_away_message.body), '');
  v_away public.away_messages;
begin
  perform private.require_store_role(set_away_message.store_id, array['owner', 'manager']);
  if v_body is null then
    delete from public.away_messages where away_messages.store_id = set_away_message.store_id;
    return null;
  end if;
  if length(v_body) > 1000 then
    raise sqlstate 'PT422' using
      message = 'An away message has 1,000 characters at most.', detail = 'invalid_message';
  end if;
  insert into public.away_messages (store_id, body)
  values (set_away_message.store_id, v_body)
  -- Another wording does not begin another absence.
  on conflict on constraint away_messages_pkey do update set body = excluded.body
  returning * into v_away;
  return v_away;
end;
$$;
comment on function private.set_away_message(uuid, text) is 'See public.set_away_message.';
grant execute on function private.set_away_message(uuid, text) to anon, authenticated;

create or replace function public.set_away_message(store_id uuid, body text default null) returns public.away_messages
language sql volatile security invoker
set search_path = ''
as $$ select * from private.set_away_message(set_away_message.store_id, set_away_message.body); $$;
comment on function public.set_away_message(uuid, text) is
  'For owner and managers: what the store answers by itself to the next message of each customer while it is away; '
  'null or nothing: it is back. Errors: not_signed_in, account_required, session_revoked, store_not_found, '
  'store_role_required, invalid_message.';
grant execute on function public.set_away_message(uuid, text) to anon, authenticated;
