-- Customers and stores talk: who to whom, in which order, what is unread, and who is told.
begin;
set local search_path = public, extensions;
select plan(152);
-- include: actors, orders

insert into ids values ('product', 'b2000000-0000-4000-8000-000000000001');
select pg_temp.name_value(replace(name, ' ', '_'), user_id::text) from actors where user_id is not null;
create function pg_temp.value(name text, path text) returns text
language sql
as $$ select answers.value #>> path::text[] from answers where answers.name = value.name $$;
-- A client_id that a test can say again.
create function pg_temp.key(name text) returns uuid language sql as $$ select md5(key.name)::uuid $$;
create function pg_temp.say(actor text, conversation text, body text) returns text
language sql
as $$
  select pg_temp.attempt(say.actor, format(
    'select public.send_message({%s}, %L, %L)', say.conversation, say.body, pg_temp.key(say.actor || say.body)
  ))
$$;
-- What each of these has not read in a conversation, as its list says.
create function pg_temp.unread(conversation text, variadic actors text[]) returns text
language plpgsql
as $$
declare
  v_actor text;
  v_unread text[];
begin
  foreach v_actor in array unread.actors loop
    perform pg_temp.ask('inbox', v_actor, format(
      'public.list_conversations(%s)', case when v_actor in ('owner', 'manager', 'staff') then '{olgas}' else '' end
    ));
    v_unread := v_unread || coalesce((
      select card ->> 'unread_count'
      from answers, jsonb_array_elements(answers.value -> 'conversations') as card
      where answers.name = 'inbox' and card ->> 'id' = (select value from ids where ids.name = unread.conversation)
    ), '-');
  end loop;
  return array_to_string(v_unread, ' ');
end;
$$;

-- Beginning
select pg_temp.ask('talk', 'customer', 'public.start_conversation({olgas}, ''product'', {product})');
select pg_temp.name_value('talk', pg_temp.value('talk', '{id}'));
select is(
  (select value - 'id' from answers where name = 'talk'),
  jsonb_build_object(
    'side', 'customer', 'store', jsonb_build_object(
      'id', 'b1000000-0000-4000-8000-000000000001', 'name', 'Olga''s', 'link', 'olgas-of-orders', 'logo_path', null
    ),
    'customer', jsonb_build_object('id', 'b0000000-0000-4000-8000-000000000001', 'name', null, 'avatar_path', null),
    'subject_type', 'product', 'subject_id', 'b2000000-0000-4000-8000-000000000001', 'last_seq', 0,
    'last_message_at', null, 'last_message', null, 'unread_count', 0, 'is_archived', false, 'is_blocked', false,
    'is_blocked_by_me', false, 'assignee_id', null, 'read_seq', 0, 'other_read_seq', 0
  ),
  'a customer begins a conversation about a product'
);
select pg_temp.ask('again', 'customer', 'public.start_conversation({olgas}, ''product'', {product})');
select is(pg_temp.value('again', '{id}'), pg_temp.value('talk', '{id}'), 'a subject has one conversation');
select pg_temp.ask('plain', 'customer', 'public.start_conversation({olgas})');
select pg_temp.name_value('plain', pg_temp.value('plain', '{id}'));
select pg_temp.ask('again', 'customer', 'public.start_conversation({olgas}, null, null)');
select is(pg_temp.value('again', '{id}'), pg_temp.value('plain', '{id}'), 'there is one about nothing in particular');
select isnt(pg_temp.value('plain', '{id}'), pg_temp.value('talk', '{id}'), 'another subject has another conversation');
select is(
  pg_temp.attempt(actor, format('select public.start_conversation(%s)', arguments)), answer, says
)
from (values
  ('visitor', '{olgas}', 'PT401 not_signed_in', 'a visitor begins no conversation'),
  ('owner', '{olgas}', 'PT403 own_store', 'people who work for a store do not write to it'),
  ('staff', '{olgas}, ''product'', {product}', 'PT403 own_store', 'staff does not ask its own store about a product'),
  (
    'customer', '{ritas}, ''product'', {product}', 'PT404 product_not_found',
    'a product of another store is no subject'
  ),
  ('customer', '{olgas}, ''product'', {olgas}', 'PT404 product_not_found', 'a product that is none is no subject'),
  ('customer', '{olgas}, ''order'', {product}', 'PT404 order_not_found', 'an order that is none is no subject'),
  ('customer', '{product}', 'PT404 store_not_found', 'a store that is none is not written to'),
  ('customer', '{olgas}, ''product''', 'PT422 invalid_subject', 'a product without an id is no subject'),
  ('customer', '{olgas}, ''none'', {product}', 'PT422 invalid_subject', 'nothing in particular has no id'),
  ('customer', '{olgas}, ''weather'', {product}', 'PT422 invalid_subject', 'there are no other kinds of subject')
) as refused (actor, arguments, answer, says);
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 2)');
select pg_temp.ask(
  'order', 'customer', 'public.checkout(''chat-1'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('order', pg_temp.value('order', '{orders,0,id}'));
select is(
  pg_temp.attempt('other customer', 'select public.start_conversation({olgas}, ''order'', {order})'),
  'PT404 order_not_found', 'the order of somebody else is no subject'
);
select is(
  pg_temp.attempt('rival', 'select public.start_conversation({ritas}, ''order'', {order})'),
  'PT404 order_not_found', 'a store does not bring up the order of another'
);
select pg_temp.ask('of order', 'staff', 'public.start_conversation({olgas}, ''order'', {order})');
select pg_temp.name_value('of order', pg_temp.value('of order', '{id}'));
select is(
  pg_temp.value('of order', '{side}') || ' ' || pg_temp.value('of order', '{customer,id}'),
  'store b0000000-0000-4000-8000-000000000001', 'a member begins one with the customer of an order'
);
select pg_temp.ask('again', 'customer', 'public.start_conversation({olgas}, ''order'', {order})');
select is(
  pg_temp.value('again', '{id}'), pg_temp.value('of order', '{id}'), 'both sides find the same one about an order'
);
select pg_temp.ask('hans', 'owner', 'public.save_staff({olgas}, name => ''Hans'')');
select pg_temp.attempt('owner', $$
  select public.set_opening_exception({olgas}, current_date + 3, '[{"opens": "00:00", "closes": "24:00"}]')
$$);
select pg_temp.ask('haircut', 'owner', 'public.save_service({olgas}, name => ''Haircut'', duration_minutes => 60)');
select pg_temp.name_value('haircut', pg_temp.value('haircut', '{id}'));
select pg_temp.ask(
  'booked', 'customer', 'public.book_slot({haircut}, current_date + 3 + time ''10:00'', ''chat-booking'')'
);
select pg_temp.name_value('booked', pg_temp.value('booked', '{id}'));
select pg_temp.ask('of booking', 'manager', 'public.start_conversation({olgas}, ''booking'', {booked})');
select pg_temp.ask('again', 'customer', 'public.start_conversation({olgas}, ''booking'', {booked})');
select is(
  pg_temp.value('again', '{id}') || ' ' || pg_temp.value('again', '{subject_type}'),
  pg_temp.value('of booking', '{id}') || ' booking', 'both sides find the same one about a booking'
);
select is(
  pg_temp.attempt(actor, 'select public.start_conversation({olgas}, ''booking'', {booked})'),
  'PT404 booking_not_found', 'the booking of somebody else is no subject for the ' || actor
)
from unnest(array['other customer', 'rival']) as actor;
select is(
  pg_temp.unread('talk', 'customer', 'owner'), '- -', 'a conversation in which nothing was said is in no list'
);

-- What is unread: never opened, answered, answered again
select pg_temp.say('staff', 'of order', 'One');
select pg_temp.say('staff', 'of order', 'Two');
select pg_temp.say('staff', 'of order', 'Three');
select is(
  pg_temp.unread('of order', 'customer', 'staff'), '3 0',
  'three messages of the store are three for a customer who never looked, and none for who wrote them'
);
select pg_temp.say('customer', 'of order', 'Four');
select is(pg_temp.unread('of order', 'customer', 'staff'), '0 1', 'whoever answers has read what was said before');
select pg_temp.say('staff', 'of order', 'Five');
select is(pg_temp.unread('of order', 'customer', 'staff'), '1 0', 'the store that answers has read the answer');
select is(
  pg_temp.unread('of order', 'owner', 'manager'), '1 1', 'what a colleague has read is still unread for the others'
);
select pg_temp.ask('inbox', 'owner', 'public.list_conversations({olgas})');
select is(
  pg_temp.value('inbox', '{conversations,0,other_read_seq}'), '4', 'a list says how far the other side has read'
);

-- Reading
select pg_temp.ask('read', 'owner', 'public.mark_read({of order}, 4)');
select is(
  (select value - 'conversation_id' from answers where name = 'read'),
  '{"read_seq": 4, "unread_count": 0}', 'reading up to a number counts what is after it'
);
select pg_temp.ask('read', 'owner', 'public.mark_read({of order}, 2)');
select is(
  (select value - 'conversation_id' from answers where name = 'read'),
  '{"read_seq": 4, "unread_count": 0}', 'a read pointer never goes back'
);
select pg_temp.ask('read', 'owner', 'public.mark_read({of order}, 2000000000)');
select is(
  (select value - 'conversation_id' from answers where name = 'read'),
  '{"read_seq": 5, "unread_count": 0}', 'nobody reads further than to the newest message'
);
select pg_temp.ask('read', 'customer', 'public.mark_read({of order}, -3)');
select is(
  (select value - 'conversation_id' from answers where name = 'read'),
  '{"read_seq": 4, "unread_count": 1}', 'reading up to nothing changes nothing'
);
select is(
  pg_temp.attempt('rival', 'select public.mark_read({of order}, 1)'), 'PT404 conversation_not_found',
  'nobody else reads a conversation'
);
select is(
  pg_temp.attempt('admin', 'select public.list_messages({of order})'), 'PT404 conversation_not_found',
  'those who run the marketplace read no conversation'
);

-- 2, 0 and 5 unread are 7
do $$
declare
  v_number integer;
begin
  perform pg_temp.ask('x', 'customer', 'public.mark_read({of order}, 5)');
  perform pg_temp.say('staff', 'of order', 'Six'), pg_temp.say('staff', 'of order', 'Seven');
  for v_number in 1..5 loop
    perform pg_temp.say('customer', 'plain', 'Hello ' || v_number);
  end loop;
  perform pg_temp.say('customer', 'talk', 'Hi');
  for v_number in 1..5 loop
    perform pg_temp.say('owner', 'talk', 'Answer ' || v_number);
  end loop;
end;
$$;
select pg_temp.ask('inbox', 'customer', 'public.list_conversations()');
select is(
  pg_temp.value('inbox', '{unread_count}') || ': ' || (
    select string_agg(card ->> 'unread_count', ' ' order by card ->> 'subject_type')
    from answers, jsonb_array_elements(value -> 'conversations') as card
    where name = 'inbox'
  ),
  '7: 0 2 5', 'the badge is the sum of what is unread in each conversation'
);
select is(
  (select string_agg(card ->> 'subject_type', ' ') from answers, jsonb_array_elements(value -> 'conversations') as card
  where name = 'inbox'),
  'product none order', 'the conversation with the latest message stands first'
);
select pg_temp.ask('page', 'customer', 'public.list_conversations(page_size => 2)');
select pg_temp.name_value('cursor', pg_temp.value('page', '{next_cursor}'));
select pg_temp.ask('page', 'customer', 'public.list_conversations(page_size => 2, cursor => {cursor})');
select is(
  jsonb_array_length(value -> 'conversations') || ' ' || (value -> 'conversations' -> 0 ->> 'subject_type')
  || ' ' || coalesce(value ->> 'next_cursor', 'end'),
  '1 order end', 'the next page begins after the last conversation'
)
from answers
where name = 'page';
select is(
  pg_temp.attempt('customer', 'select public.list_conversations(cursor => ''x'')'), 'PT400 invalid_cursor',
  'a cursor that is none is refused'
);
select is(
  pg_temp.attempt('rival', 'select public.list_conversations({olgas})'), 'PT403 store_role_required',
  'the inbox of a store is for its people'
);
select is(
  pg_temp.attempt('customer', 'select public.list_messages({talk}, after_seq => 1, page_size => 2)')
  || pg_temp.attempt('owner', 'select public.list_messages({talk}, before_seq => 3)')
  || pg_temp.attempt('owner', 'select public.list_messages({talk}, after_seq => 1, before_seq => 3)')
  || pg_temp.attempt('owner', 'select public.list_messages({talk}, page_size => 4)'),
  '2214', 'a page of messages begins after a number, ends before one, or is the newest'
);
select pg_temp.ask(
  'page', 'customer', '(select jsonb_agg(m.seq) from public.list_messages({talk}, page_size => 3) as m)'
);
select is(
  (select value from answers where name = 'page'), '[4, 5, 6]', 'the newest page is in the order of its numbers'
);

-- A retry is the same message
select pg_temp.ask('first', 'customer', format('public.send_message({plain}, ''Twice?'', %L)', pg_temp.key('twice')));
select pg_temp.ask(
  'second', 'customer', format('public.send_message({plain}, '' Twice?  '', %L)', pg_temp.key('twice'))
);
select is(
  (select value from answers where name = 'second'), (select value from answers where name = 'first'),
  'the same client_id sent again is the same message'
);
update public.messages set created_at = created_at - interval '25 hours';
select pg_temp.ask('third', 'customer', format('public.send_message({plain}, ''Twice?'', %L)', pg_temp.key('twice')));
select is(pg_temp.value('third', '{seq}'), pg_temp.value('first', '{seq}'), 'also after 25 hours');
select is(
  pg_temp.attempt('customer', format('select public.send_message({plain}, ''Other'', %L)', pg_temp.key('twice'))),
  'PT409 idempotency_conflict', 'the same client_id with another text is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    format('select public.send_message({plain}, ''Twice?'', %L, array[''x'']::text[])', pg_temp.key('twice'))
  ),
  'PT409 idempotency_conflict', 'the same client_id with another file is refused'
);
select pg_temp.ask('other', 'owner', format('public.send_message({plain}, ''Mine'', %L)', pg_temp.key('twice')));
select is(
  pg_temp.value('other', '{seq}')::integer, pg_temp.value('first', '{seq}')::integer + 1,
  'the other side may use the same client_id for a message of its own'
);
select pg_temp.ask('ok', 'customer', 'public.send_message({plain}, ''ok'', gen_random_uuid())');
select pg_temp.ask('ok too', 'customer', 'public.send_message({plain}, ''ok'', gen_random_uuid())');
select is(
  pg_temp.value('ok too', '{seq}')::integer, pg_temp.value('ok', '{seq}')::integer + 1,
  'the same words sent twice on purpose are two messages'
);

-- What may be said
select is(
  pg_temp.attempt('customer', format('select public.send_message({plain}, %s, gen_random_uuid())', body)),
  'PT422 invalid_message', says
)
from (values
  ('null', 'a message without a text is refused'),
  ($$e' \t\n\u200b\u202e '$$, 'a message of nothing visible is refused'),
  ($$repeat('x', 4001)$$, 'a message of 4,001 characters is refused')
) as refused (body, says);
select is(
  pg_temp.attempt('customer', 'select public.send_message({plain}, ''x'', null)'), 'PT422 invalid_message',
  'a message without an id of its own is refused'
);
select pg_temp.ask(
  'tidied', 'customer',
  $$public.send_message({plain}, e'\u0007Hi \u202Eliame\r\n<script>alert(1)</script>', gen_random_uuid())$$
);
select is(
  pg_temp.value('tidied', '{body}'), e'Hi liame\n<script>alert(1)</script>',
  'control characters and signs that turn a text around are taken out, and HTML stays as typed'
);
select is(
  pg_temp.attempt('rival', 'select public.send_message({plain}, ''x'', gen_random_uuid())'),
  'PT404 conversation_not_found', 'nobody else writes into a conversation'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into public.messages (conversation_id, seq, side, side_seq, sender_id, client_id, body)
      values ({plain}, 99, 'store', 99, {owner}, gen_random_uuid(), 'Forged')
    $$
  ),
  '42501', 'nobody writes a message under the name of somebody else'
);

-- Numbers and rollbacks
select pg_temp.name_value(
  'last', (select last_seq::text from public.conversations where id::text = pg_temp.value('plain', '{id}'))
);
do $$
begin
  perform set_config(
    'request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true
  );
  perform public.send_message((select value::uuid from ids where name = 'plain'), 'Lost', gen_random_uuid());
  raise sqlstate '57014';
exception when sqlstate '57014' then
  perform set_config('request.jwt.claims', '', true);
end;
$$;
select pg_temp.ask('next', 'customer', 'public.send_message({plain}, ''Not lost'', gen_random_uuid())');
select is(
  pg_temp.value('next', '{seq}')::integer, (select value::integer + 1 from ids where name = 'last'),
  'a message that was rolled back leaves no gap'
);

-- Editing and deleting
select is(
  pg_temp.attempt(actor, format('select public.%s', call)), answer, says
)
from (values
  (
    'owner', 'edit_message({plain}, {last}::integer + 1, ''Forged'')', 'PT403 not_your_message',
    'nobody edits what somebody else wrote'
  ),
  (
    'owner', 'delete_message({plain}, {last}::integer + 1)', 'PT403 not_your_message',
    'nobody deletes what somebody else wrote'
  ),
  ('rival', 'delete_message({plain}, 1)', 'PT404 conversation_not_found', 'nobody deletes where they may not read'),
  ('customer', 'edit_message({plain}, 1000, ''x'')', 'PT404 message_not_found', 'a message that is none is not edited'),
  ('customer', 'edit_message({plain}, 1, ''x'')', 'PT409 message_locked', 'a message is not edited after a while'),
  ('customer', 'delete_message({plain}, 1)', 'PT409 message_locked', 'a message is not deleted after a while'),
  (
    'customer', 'edit_message({plain}, {last}::integer + 1, '' '')', 'PT422 invalid_message',
    'a message is not edited to nothing'
  ),
  ('customer', 'edit_message({plain}, {last}::integer + 1, ''Mended'')', '1', 'a message is edited by who wrote it')
) as tried (actor, call, answer, says);
select is(
  (
    select body || ' ' || (edited_at is not null)
    from public.messages
    where conversation_id::text = pg_temp.value('plain', '{id}')
    order by seq desc
    limit 1
  ),
  'Mended true', 'an edited message says so'
);
select pg_temp.name_value('next key', pg_temp.value('next', '{client_id}'));
select is(
  pg_temp.attempt('customer', 'select public.send_message({plain}, ''Not lost'', {next key})'), '1',
  'a retry of what was sent first is known after the message was edited'
);
select is(
  pg_temp.attempt('customer', 'select public.send_message({plain}, ''Mended'', {next key})'),
  'PT409 idempotency_conflict', 'what an edit made of it is another text than was sent'
);
select is(
  pg_temp.attempt('customer', 'select public.delete_message({plain}, {last}::integer + 1)')
  || pg_temp.attempt('customer', 'select public.delete_message({plain}, {last}::integer + 1)'), '11',
  'a message is deleted by who wrote it, and repeating it is no error'
);
select is(
  (
    select seq || ' "' || body || '" ' || deleted_by
    from public.messages
    where conversation_id::text = pg_temp.value('plain', '{id}')
    order by seq desc
    limit 1
  ),
  (select value::integer + 1 from ids where name = 'last') || ' "" sender', 'a deleted message leaves its number'
);
select is(
  pg_temp.attempt('customer', 'select public.edit_message({plain}, {last}::integer + 1, ''Back'')'),
  'PT409 message_locked', 'what was deleted is not edited'
);
select is(
  pg_temp.attempt('customer', 'select public.send_message({plain}, ''Not lost'', {next key})'), '1',
  'a retry of what was deleted does not say it again'
);

-- Blocking
select pg_temp.ask('x', 'customer', 'public.mark_read({talk}, 1000)');
select pg_temp.name_value('told', format(
  '%s %s %s', (select count(*) from public.notifications), (select count(*) from private.outbox),
  (select sum(last_seq) from public.conversations)
));
select is(
  pg_temp.attempt('customer', 'select public.block_store({olgas})')
  || pg_temp.attempt('customer', 'select public.block_store({olgas})'), '11',
  'a customer blocks a store, and repeating it is no error'
);
select is(pg_temp.say(actor, 'talk', 'Still there?'), 'PT403 blocked', 'after a block no message comes from ' || actor)
from unnest(array['customer', 'owner', 'staff']) as actor;
select is(
  pg_temp.attempt(
    'customer', 'select public.start_conversation({olgas}, ''product'', ''b2000000-0000-4000-8000-000000000002'')'
  ),
  'PT403 blocked', 'after a block no conversation begins about something else'
);
select is(
  pg_temp.attempt('customer', 'select public.start_conversation({olgas}, ''product'', {product})'), '1',
  'after a block the conversation that is there is found'
);
select is(
  pg_temp.attempt('customer', 'select public.list_messages({talk})')
  || pg_temp.attempt('staff', 'select public.list_messages({talk})'), '66', 'after a block both sides read on'
);
select is(
  format(
    '%s %s %s', (select count(*) from public.notifications), (select count(*) from private.outbox),
    (select sum(last_seq) from public.conversations)
  ),
  (select value from ids where name = 'told'), 'what was refused by a block leaves nothing behind'
);
select pg_temp.ask('inbox', 'customer', 'public.list_conversations()');
select is(
  pg_temp.value('inbox', '{conversations,0,is_blocked}')
  || pg_temp.value('inbox', '{conversations,0,is_blocked_by_me}'),
  'truetrue', 'whoever blocked sees it'
);
select pg_temp.ask('inbox', 'owner', 'public.list_conversations({olgas})');
select is(
  pg_temp.value('inbox', '{conversations,0,is_blocked}')
  || pg_temp.value('inbox', '{conversations,0,is_blocked_by_me}'),
  'truefalse', 'whoever was blocked sees that, too'
);
select is(
  pg_temp.attempt('staff', 'select public.block_customer({olgas}, {customer})'), '1', 'a store blocks a customer'
);
select is(
  pg_temp.attempt('customer', 'select public.unblock_store({olgas})') || ' ' || pg_temp.say('customer', 'talk', 'Hi?'),
  '1 PT403 blocked', 'a block of the other side stays when one takes back one''s own'
);
select is(
  pg_temp.attempt('manager', 'select public.unblock_customer({olgas}, {customer})')
  || ' ' || pg_temp.say('customer', 'talk', 'Hi?'),
  '1 1', 'after both blocks are gone messages come again'
);
select is(
  (select max(seq) from public.messages where conversation_id::text = pg_temp.value('talk', '{id}')), 7,
  'the numbers go on where they were before the block'
);
select is(
  pg_temp.attempt('owner', 'select public.block_customer({olgas}, {other_customer})'), 'PT404 customer_not_found',
  'a store blocks only whom it has talked to'
);
select is(
  pg_temp.attempt('customer', 'select public.block_customer({olgas}, {customer})'), 'PT403 store_role_required',
  'only its people block for a store'
);
select is(
  pg_temp.attempt('customer', 'select public.block_store({product})'), 'PT404 store_not_found',
  'a store that is none is not blocked'
);
select pg_temp.attempt('customer', 'select public.block_store({olgas})');
select is(
  pg_temp.attempt('customer', 'select public.edit_message({talk}, 7, ''Said after all'')'), 'PT403 blocked',
  'nobody says something by editing while blocked'
);
select is(
  pg_temp.attempt('customer', 'select public.delete_message({talk}, 7)'), '1',
  'what one said is taken back all the same'
);
select pg_temp.attempt('customer', 'select public.unblock_store({olgas})');

-- Filing
select is(
  pg_temp.attempt('customer', 'select public.archive_conversation({talk})')
  || pg_temp.unread('talk', 'customer', 'owner'), '1- 1',
  'a conversation is filed by one side and stays in the other one''s list'
);
select pg_temp.ask('filed', 'customer', 'public.list_conversations(is_archived => true)');
select is(
  pg_temp.value('filed', '{conversations,0,id}'), pg_temp.value('talk', '{id}'), 'what was filed is listed apart'
);
select pg_temp.say('owner', 'talk', 'One more thing');
select is(pg_temp.unread('talk', 'customer'), '1', 'the next message brings a filed conversation back');
select pg_temp.attempt('customer', 'select public.archive_conversation({talk})');
select pg_temp.ask('again', 'customer', 'public.start_conversation({olgas}, ''product'', {product})');
select is(
  pg_temp.value('again', '{id}') || ' ' || pg_temp.value('again', '{is_archived}') || ' '
  || pg_temp.value('again', '{last_seq}'),
  pg_temp.value('talk', '{id}') || ' false 8', 'beginning again takes a filed conversation out, with its numbers'
);
select is(
  pg_temp.attempt('rival', 'select public.archive_conversation({talk})'), 'PT404 conversation_not_found',
  'nobody else files a conversation'
);

-- Assigning, and who is told
select is(
  pg_temp.attempt(actor, format('select public.assign_conversation({talk}, %s)', person)), answer, says
)
from (values
  ('customer', '{staff}', 'PT403 store_role_required', 'a customer does not choose who answers'),
  ('rival', '{staff}', 'PT404 conversation_not_found', 'another store does not choose who answers'),
  ('owner', '{customer}', 'PT404 member_not_found', 'a conversation is given to a member only'),
  ('staff', '{staff}', '1', 'a member takes a conversation')
) as tried (actor, person, answer, says);
delete from public.notifications;
delete from private.outbox where template = 'unread_messages';
select pg_temp.say('customer', 'talk', 'For Stan');
select is(
  (select string_agg(kind || ' ' || user_id, ', ') from public.notifications),
  'message_received b0000000-0000-4000-8000-000000000005', 'only whom a conversation was given to is told of messages'
);
select pg_temp.attempt('owner', 'select public.remove_member({olgas}, {staff})');
select is(
  (select assignee_id from public.conversations where id::text = pg_temp.value('talk', '{id}')), null,
  'a conversation of somebody who left is nobody''s'
);
select is(
  pg_temp.attempt('staff', 'select public.list_messages({talk})') || ' ' || pg_temp.say('staff', 'talk', 'Still here'),
  'PT404 conversation_not_found PT404 conversation_not_found', 'who was removed reads and writes nothing more'
);
select is_empty(
  format(
    'select * from private.outbox where private.unread_messages(payload) is not null and user_id = %L',
    (select value from ids where name = 'staff')
  ),
  'who was removed gets no letter about what was unread'
);

-- Letters
create temporary view letters as select * from private.outbox where template = 'unread_messages';
delete from public.notifications;
delete from private.outbox where template = 'unread_messages';
select pg_temp.attempt('owner', 'select public.mark_read({talk}, 1000)');
select pg_temp.ask('x', 'customer', 'public.mark_read({talk}, 1000)');
select pg_temp.say('owner', 'talk', 'Letter 1');
select pg_temp.say('owner', 'talk', 'Letter 2 <b>');
select is(
  (select array_agg(concat_ws(' ', template, dedupe_key, run_at - now()))::text from letters),
  format('{"unread_messages chat:%s:%s:10 00:10:00"}', 'b0000000-0000-4000-8000-000000000001', pg_temp.value('talk',
  '{id}')),
  'what somebody has not read is told once by letter, ten minutes after it began'
);
select is(
  (select array_agg(kind || ': ' || title)::text from public.notifications),
  '{"message_received: Message from Olga''s"}',
  'what somebody has not read is told once under the bell'
);
select is(
  (select private.unread_messages(payload) - 'store' from letters),
  jsonb_build_object(
    'conversation_id', pg_temp.value('talk', '{id}'), 'author', 'store', 'customer', jsonb_build_object('name', null),
    'count', 2, 'messages', jsonb_build_array(
      jsonb_build_object('body', 'Letter 1', 'file_count', 0), jsonb_build_object('body', 'Letter 2 <b>',
      'file_count', 0)
    )
  ),
  'a letter is read when it is sent, with all that is unread then'
);
select pg_temp.attempt('owner', 'select public.delete_message({talk}, 11)');
select is(
  (select private.unread_messages(payload) ->> 'count' from letters), '1', 'a letter does not quote what was deleted'
);
select pg_temp.attempt('customer', 'select public.block_store({olgas})');
select is((select private.unread_messages(payload) from letters), null, 'after a block no letter goes out');
select pg_temp.attempt('customer', 'select public.unblock_store({olgas})');
select pg_temp.ask('x', 'customer', 'public.mark_read({talk}, 10)');
select is((select private.unread_messages(payload) from letters), null, 'what was read meanwhile is not written about');
select is(
  (select count(*)::integer from public.notifications where read_at is null), 0,
  'reading a message takes its notification off the bell'
);
select pg_temp.ask('x', 'customer', 'public.mark_read({talk}, 11)');
select pg_temp.say('owner', 'talk', 'Letter 3');
select is(
  (
    select string_agg((private.unread_messages(payload) is not null)::text, ' ' order by (payload ->> 'seq')::integer)
    from letters
  ),
  'false true', 'a letter whose messages were read does not go out for later ones, which have their own'
);
select is(
  (select max(count)::integer from (select count(*) from letters group by dedupe_key) as keys), 1,
  'a letter stands once in the outbox'
);
delete from private.outbox where template = 'unread_messages';
select pg_temp.say('customer', 'talk', 'To all of you');
select is(
  (select string_agg(user_id::text, ' ' order by user_id) from letters),
  'b0000000-0000-4000-8000-000000000003 b0000000-0000-4000-8000-000000000004',
  'what nobody took is told to everybody who works for the store'
);
select pg_temp.attempt('manager', 'select public.mark_read({talk}, 1000)');
select is(
  (select string_agg(private.unread_messages(payload) ->> 'count', ' ') from letters), null,
  'nobody gets a letter about what a colleague has read'
);

-- Away
select is(
  pg_temp.attempt('staff', 'select public.set_away_message({olgas}, ''Gone fishing.'')')
  || ' ' || pg_temp.attempt('customer', 'select public.set_away_message({olgas}, ''Gone fishing.'')'),
  'PT403 store_role_required PT403 store_role_required', 'owner and managers say that a store is away'
);
select pg_temp.attempt('manager', 'select public.set_away_message({olgas}, ''Gone fishing.'')');
select pg_temp.say('customer', 'talk', 'Are you there?');
select pg_temp.say('customer', 'talk', 'Hello?');
select is(
  (
    select string_agg(concat_ws(' ', side, body, case when is_automatic then 'by itself' end), ', ' order by seq)
    from (
      select *
      from public.messages
      where conversation_id::text = pg_temp.value('talk', '{id}')
      order by seq desc
      limit 3
    ) as newest
  ),
  'customer Are you there?, store Gone fishing. by itself, customer Hello?',
  'a store that is away says so once in a conversation'
);
select is(
  pg_temp.unread('talk', 'customer', 'owner'), '0 3',
  'the away message is no answer, and not unread for who provoked it'
);
select pg_temp.attempt('owner', 'select public.set_away_message({olgas})');
select pg_temp.say('customer', 'talk', 'Back?');
select is(
  (select count(*)::integer from public.messages where is_automatic), 1, 'a store that is back says nothing by itself'
);

-- Saved replies
select is(
  pg_temp.attempt(actor, 'insert into public.saved_replies (store_id, title, body) values ({olgas}, '' Thanks '',
  ''Thank you!'')'),
  answer, says
)
from (values
  ('manager', '1', 'a member saves a reply'),
  ('owner', 'PT409 already_exists', 'a saved reply has a title of its own'),
  ('customer', '42501', 'nobody else saves replies for a store')
) as tried (actor, answer, says);
select is(
  pg_temp.attempt('manager', 'insert into public.saved_replies (store_id, title, body) values ({olgas}, ''x'', '' '')'),
  'PT422 invalid_value', 'a saved reply says something'
);

-- Too much
update private.settings set messages_per_person_and_minute = 3;
update public.messages set created_at = created_at - interval '2 minutes';
select is(
  pg_temp.say('customer', 'talk', 'Flood 1') || pg_temp.say('customer', 'talk', 'Flood 2')
  || pg_temp.say('customer', 'plain', 'Flood 3') || ' ' || pg_temp.say('customer', 'talk', 'Flood 4'),
  '111 PT429 rate_limited', 'one person sends so many messages a minute, in all conversations together'
);
select is(pg_temp.say('owner', 'talk', 'Not me'), '1', 'the flood of one is not counted against the other');
select is(pg_temp.say('customer', 'talk', 'Flood 1'), '1', 'a retry is not counted as another message');
update public.messages set created_at = created_at - interval '48 seconds' where body like 'Flood%';
do $$
declare
  v_hint text;
begin
  perform set_config(
    'request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true
  );
  perform public.send_message((select value::uuid from ids where name = 'plain'), 'x', gen_random_uuid());
exception when sqlstate 'PT429' then
  get stacked diagnostics v_hint = pg_exception_hint;
  perform set_config('request.jwt.claims', '', true);
  perform pg_temp.name_value('hint', v_hint);
end;
$$;
select matches(
  (select value from ids where name = 'hint'), '^seconds: 1[12]$', 'who sent too much is told how long to wait'
);
update private.settings set messages_per_person_and_minute = 1000, conversations_per_person_and_hour = 3;
select is(
  pg_temp.attempt('customer', 'select public.start_conversation({ritas})'), 'PT429 rate_limited',
  'one person begins so many conversations an hour'
);

-- Reports
select is(
  pg_temp.attempt(actor, format('select public.report_message(%s)', arguments)), answer, says
)
from (values
  ('customer', '{talk}, 2, ''rude''', 'PT422 invalid_report', 'a report has one of the reasons'),
  ('customer', '{talk}, 1, ''abuse''', 'PT403 own_message', 'nobody reports their own side'),
  ('customer', '{talk}, 1000, ''abuse''', 'PT404 message_not_found', 'a message that is none is not reported'),
  ('rival', '{talk}, 2, ''abuse''', 'PT404 conversation_not_found', 'nobody reports what they may not read'),
  ('customer', '{talk}, 11, ''abuse''', 'PT409 message_locked', 'what was deleted is not reported'),
  ('customer', '{talk}, 2, ''abuse'', ''He shouted.''', '1', 'a customer reports a message'),
  ('customer', '{talk}, 2, ''spam''', '1', 'a message is reported once by the same person')
) as tried (actor, arguments, answer, says);
select is(
  (select string_agg(concat_ws(' ', author_side, body, reason, note, status), ', ') from public.message_reports),
  'store Answer 1 abuse He shouted. open', 'a report keeps what the message said'
);
select pg_temp.name_value('report', (select id::text from public.message_reports));
select is(
  pg_temp.attempt(actor, format('select public.moderate_message(%s)', arguments)), answer, says
)
from (values
  ('customer', '{report}, ''remove''', 'PT403 platform_admin_required', 'who reported does not decide'),
  ('owner', '{report}, ''dismiss''', 'PT403 platform_admin_required', 'who was reported does not decide'),
  ('admin', '{talk}, ''remove''', 'PT404 report_not_found', 'a report that is none is not decided'),
  ('admin', '{report}, ''hide''', 'PT422 invalid_report', 'a report is answered by one of two actions'),
  (
    'admin', '{report}, ''remove'', repeat(''x'', 501)', 'PT422 invalid_reason',
    'a reason that fits into no line is refused'
  ),
  (
    'admin', '{report}, ''remove'', '' He  shouted. ''', '1',
    'those who run the marketplace take a reported message away'
  ),
  ('admin', '{report}, ''dismiss''', '1', 'a report is answered once')
) as tried (actor, arguments, answer, says);
select is(
  (select concat_ws(' ', status, decision_reason) from public.message_reports) || ' ' || (
    select concat_ws(' ', seq, '"' || body || '"', deleted_by)
    from public.messages
    where deleted_by = 'marketplace'
  ),
  'removed He shouted. 2 "" marketplace',
  'what was taken away by the marketplace leaves its number, and says by whom and why'
);
select is_empty('select * from private.check_invariants()', 'no invariant is violated by anything above');

-- Somebody new begins where the store is
insert into public.store_members (store_id, user_id, role) values (
  'b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000005', 'staff'
);
select pg_temp.say('customer', 'of order', 'Any news?');
select is(
  pg_temp.unread('of order', 'staff') || ' ' || pg_temp.unread('talk', 'staff'), '1 0',
  'what the store had read is not new to somebody who begins to work there'
);

-- An account is deleted
select pg_temp.ask('x', 'other customer', 'public.start_conversation({olgas})');
select pg_temp.name_value('bens', pg_temp.value('x', '{id}'));
select pg_temp.say('other customer', 'bens', 'Ben here');
set constraints all immediate;
select lives_ok(
  format('delete from auth.users where id = %L', value), 'a customer who has talked to a store can be deleted'
)
from ids
where name in ('customer', 'other_customer');
select is(
  (
    select string_agg(distinct concat_ws(' ', side, nullif(body, '') is not null, sender_id is not null), ', ')
    from public.messages
    where conversation_id in (select id from public.conversations where store_id::text like 'b1000000-%')
      and (deleted_by is null or deleted_by = 'erasure')
  ),
  'customer f f, store t f, store t t', 'the words of who deleted the account go, and those of the store stay'
);
select is(
  pg_temp.say('owner', 'talk', 'Anybody?'), 'PT409 conversation_ended', 'nobody writes to an account that is gone'
);
select is(
  pg_temp.attempt('owner', 'select public.start_conversation({olgas}, ''order'', {order})'),
  'PT409 conversation_ended', 'no conversation begins with an account that is gone'
);
select is(
  pg_temp.attempt('owner', 'select public.list_messages({talk})')::integer > 10, true,
  'the store still reads what it said to an account that is gone'
);
select is(
  (select bool_and(private.unread_messages(payload) is null) from letters), true,
  'no letter tells of somebody who is gone'
);
select lives_ok(
  'delete from auth.users where id = ''b0000000-0000-4000-8000-000000000005''',
  'a member who has answered can be deleted'
);
select is_empty('select * from private.check_invariants()', 'no invariant is violated when people were deleted');
select * from finish();
rollback;
