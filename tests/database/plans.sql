-- What is read of appointments, reviews, messages and notifications is found in an index that has it in the order in
-- which it is shown, under the policies of whoever asks; and verbs that answer pages read about as much as they show.
begin;
set local search_path = public, extensions;
select plan(20);
-- include: actors, orders

-- A table of a test is small, and Postgres would walk it: only plans that stay right when it grows are chosen from.
set local enable_seqscan = off;
set local enable_bitmapscan = off;
set local enable_sort = off;
-- Which indexes an actor's request uses, and what is sorted or walked although no order was asked of it.
create function pg_temp.plan_of(actor text, statement text) returns text
language plpgsql
as $$
declare
  v_actor actors;
  v_statement constant text := pg_temp.fill_in(plan_of.statement);
  v_plan jsonb;
begin
  select * into strict v_actor from actors where actors.name = plan_of.actor;
  perform
    set_config('request.jwt.claims', pg_temp.claims(v_actor)::text, true),
    set_config('role', v_actor.role, true);
  execute 'explain (format json) ' || v_statement into v_plan;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  return (
    with recursive nodes as (
      select v_plan -> 0 -> 'Plan' as node
      union all
      select child.node
      from nodes
      cross join jsonb_array_elements(coalesce(nodes.node -> 'Plans', '[]')) as child (node)
      -- What policies ask once for a whole statement is not what is looked at here.
      where child.node ->> 'Parent Relationship' <> 'InitPlan'
    )
    select string_agg(coalesce(nodes.node ->> 'Index Name', nodes.node ->> 'Node Type'), ' ')
    from nodes
    where nodes.node ? 'Index Name' or nodes.node ->> 'Node Type' in ('Sort', 'Incremental Sort', 'Seq Scan')
  );
end;
$$;
select pg_temp.name_value(replace(name, ' ', '_'), user_id::text) from actors where user_id is not null;
select is(pg_temp.plan_of(actor, statement), index, says)
from (
  values
  (
    'customer', 'select * from bookings where customer_id = {customer} order by starts_at, id limit 20',
    'bookings_customer_id_idx', 'a customer''s appointments are read in their order'
  ),
  (
    'staff', $$select * from bookings where store_id = {olgas} and starts_at >= now() and starts_at < now() + '1 day'
      order by starts_at, id limit 50$$,
    'bookings_store_id_idx', 'a store''s day is read in its order'
  ),
  (
    'staff', $$select * from bookings where store_id = {olgas} and starts_at >= now() and status = 'requested'
      order by starts_at, id limit 50$$,
    'bookings_store_id_idx', 'a store''s appointments of a status are read in their order'
  ),
  (
    'staff', 'select * from bookings where staff_id = {olgas} and starts_at >= now() order by starts_at, id limit 50',
    'bookings_staff_id_idx', 'the appointments of a staff member are read in their order'
  ),
  (
    'visitor', $$select * from reviews where subject_type = 'product' and subject_id = {olgas}
      order by id desc limit 20$$,
    'reviews_subject_idx', 'the newest reviews of a product are read by a visitor in their order'
  ),
  (
    'customer', $$select * from reviews where subject_type = 'product' and subject_id = {olgas}
      order by helpful_count desc, id desc limit 20$$,
    'reviews_subject_helpful_idx', 'the most helpful reviews of a product are read in their order'
  ),
  (
    'customer', 'select * from reviews where author_id = {customer} order by id desc limit 20',
    'reviews_author_id_idx', 'the reviews that somebody wrote are read in their order'
  ),
  (
    'owner', 'select * from reviews where store_id = {olgas} order by id desc limit 20', 'reviews_store_id_idx',
    'the reviews of a store''s things are read in their order'
  ),
  (
    'visitor', $$select * from rating_totals where subject_type = 'product' and subject_id = {olgas}$$,
    'rating_totals_pkey', 'the bars of a product are one row'
  ),
  (
    'customer', 'select * from notifications where user_id = {customer} order by id desc limit 20',
    'notifications_user_id_idx', 'what somebody was told is read in its order'
  ),
  (
    'customer', 'select * from notifications where user_id = {customer} and id < {olgas} order by id desc limit 20',
    'notifications_user_id_idx', 'what somebody was told goes on where the page before ended'
  )
) as request (actor, statement, index, says);
select matches(
  pg_temp.plan_of(
    actor, 'select * from messages where conversation_id = {olgas} and seq < 100 order by seq desc limit 50'
  ),
  '^messages_pkey( conversations_pkey)?$',
  'the messages of a conversation are read in their order by the actor ' || actor
)
from (values ('customer'), ('staff')) as reader (actor);
-- Verbs plan for themselves, once, for all that they are asked.
set local plan_cache_mode = force_generic_plan;
-- How many rows of a table an actor's statement reads.
create function pg_temp.rows_read(relation text) returns bigint
language sql
as $$
  select seq_tup_read + idx_tup_fetch
  from pg_stat_xact_user_tables
  where schemaname in ('public', 'private') and relname = rows_read.relation
$$;
create function pg_temp.rows_read(actor text, relation text, statement text) returns bigint
language plpgsql
as $$
declare
  v_before constant bigint := pg_temp.rows_read(rows_read.relation);
begin
  if pg_temp.attempt(rows_read.actor, rows_read.statement) like 'PT%' then
    return null;
  end if;
  return pg_temp.rows_read(rows_read.relation) - v_before;
end;
$$;
select pg_temp.ask('talk', 'customer', 'public.start_conversation({olgas})');
select pg_temp.name_value('talk', (select value ->> 'id' from answers where name = 'talk'));
insert into messages (conversation_id, seq, side, side_seq, sender_id, client_id, body, created_at)
select
  talk.value::uuid, seq, 'customer', seq, customer.value::uuid, gen_random_uuid(), 'Said long ago',
  now() - interval '1 day'
from ids as talk, ids as customer, generate_series(1, 1000) as seq
where talk.name = 'talk' and customer.name = 'customer';
update conversations
set last_seq = 1000, customer_count = 1000, last_message_at = now() - interval '1 day', customer_read_seq = 1000
where id::text = (select value from ids where name = 'talk');
insert into notifications (user_id, kind, title)
select value::uuid, 'low_stock', 'Told' from ids, generate_series(1, 1000) where name = 'customer';
select pg_temp.name_value('old notification', (
  select id::text from notifications where user_id::text = (select value from ids where name = 'customer')
  order by id offset 10 limit 1
));
select private.post(array_agg(
  (
    'correction', cause.id, 0, null, item.account, item.store_id, 'USD', item.amount, 'Moved by hand'
  )::private.ledger_draft
))
from (select gen_random_uuid() as id from generate_series(1, 1000)) as cause
cross join ids
cross join lateral (values ('store', ids.value::uuid, -1), ('adjustments', null, 1)) as item (account, store_id, amount)
where ids.name = 'olgas';
analyze messages, notifications, private.ledger_entries;
select cmp_ok(pg_temp.rows_read('customer', relation, statement), '<=', most::bigint, says)
from (
  values
  ('messages', 'select list_messages({talk})', 110, 'the newest page of a conversation reads no more than it shows'),
  (
    'messages', 'select list_messages({talk}, before_seq => 60)', 110,
    'an old page of a conversation reads no more than it shows'
  ),
  (
    'messages', 'select list_messages({talk}, after_seq => 500)', 110,
    'what came after a message is read no further than it is shown'
  ),
  (
    'messages', 'select list_messages({talk}, after_seq => 10, before_seq => 20)', 30,
    'what lies between two messages is all that is read'
  ),
  (
    'messages', 'select send_message({talk}, ''Hello'', gen_random_uuid())', 60,
    'who wrote much long ago is asked only what they wrote within a minute'
  ),
  (
    'notifications', 'select list_notifications(10, {old notification})', 130,
    'an old page of notifications reads no more than it shows, and counts a hundred'
  )
) as request (relation, statement, most, says);
select cmp_ok(
  pg_temp.rows_read(
    'owner', 'ledger_entries', 'select * from store_statement({olgas}, to_date => current_date - 3)'
  ), '<=', 30::bigint, 'a statement reads nothing of what was booked after its last day'
);
select * from finish();
rollback;
