-- public.away_messages: everybody, since everybody who writes to the store is told it.
drop policy if exists away_messages_select_anon_authenticated on public.away_messages;
create policy away_messages_select_anon_authenticated on public.away_messages
  for select to anon, authenticated
  using (true);
comment on policy away_messages_select_anon_authenticated on public.away_messages is
  'Everybody sees which stores are away, and what they say.';
