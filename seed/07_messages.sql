-- Six conversations, said by the people concerned through the product's own functions, so that numbers and what is unread
-- add up. The latest is of this morning and waits for an answer; the oldest is of a week ago and was filed away.
do $$
declare
  v_talk record;
  v_line record;
  v_owner uuid;
  v_id uuid;
begin
  for v_talk in
    select
      listed.*,
      ('5eed0001-0000-7000-8000-' || lpad(listed.customer_number::text, 12, '0'))::uuid as customer_id,
      ('5eed0002-0000-7000-8000-' || lpad(listed.store_number::text, 12, '0'))::uuid as store_id,
      ('5eed0003-0000-7000-8000-' || lpad(listed.product_number::text, 12, '0'))::uuid as product_id
    from (
      values
        -- customer, store, about, product, how long ago it ended, who has read all of it, what was said
        (21, 1, 'product', 1,    interval '7 days',   'both', array[
          'c', 'Hello! Does the Cedar & Smoke candle smell strongly of smoke? My flat is small.',
          's', 'Hello Maya. It is more wood than fire: a thread of birch, and gone once it is out.',
          'c', 'Then I will try it. Thank you!',
          's', 'Do tell us how you like it.'
        ]),
        (25, 1, 'order',   null, interval '5 days',   'both', array[
          'c', 'One of the tapers arrived in two pieces.',
          's', 'I am sorry about that. Shall I send another one, or give you the money back?',
          'c', 'Another one, please.',
          's', 'It is in tomorrow''s post.',
          'c', 'It came. Perfect.'
        ]),
        (23, 2, 'none',    null, interval '3 days',   'both', array[
          'c', 'Do you wrap books as presents?',
          's', 'We do, in newspaper from the year that you name.',
          'c', '1987, then!'
        ]),
        (22, 3, 'order',   null, interval '26 hours', 'both', array[
          'c', 'Which tyres fit the bike that I bought?',
          's', '28 × 1.75 inches. The puncture-proof ones are on sale at the moment.'
        ]),
        (26, 4, 'product', 61,   interval '5 hours',  'store', array[
          'c', 'My monstera has yellow leaves. Too much water?',
          's', 'Most likely. Let it dry until the soil is pale, two fingers deep.',
          's', 'And turn it a little each week, it leans to the window.'
        ]),
        (24, 5, 'none',    null, interval '40 minutes', 'customer', array[
          'c', 'Are you open on Saturday?',
          'c', 'And do you grind for a moka pot?'
        ])
    ) as listed (customer_number, store_number, about, product_number, ended_ago, read_by, lines)
  loop
    select stores.owner_id into strict v_owner from public.stores where stores.id = v_talk.store_id;
    perform set_config(
      'request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', v_talk.customer_id)::text, true
    );
    v_id := public.start_conversation(
      v_talk.store_id, v_talk.about,
      case v_talk.about
        when 'product' then v_talk.product_id
        when 'order' then (
          select orders.id
          from public.orders
          where orders.customer_id = v_talk.customer_id and orders.store_id = v_talk.store_id
          order by orders.id
          limit 1
        )
      end
    ) ->> 'id';
    for v_line in
      select v_talk.lines[2 * said.number - 1] as side, v_talk.lines[2 * said.number] as body
      from generate_series(1, cardinality(v_talk.lines) / 2) as said (number)
      order by said.number
    loop
      perform set_config('request.jwt.claims', jsonb_build_object(
        'role', 'authenticated', 'sub', case v_line.side when 'c' then v_talk.customer_id else v_owner end
      )::text, true);
      perform public.send_message(v_id, v_line.body, gen_random_uuid());
    end loop;
    if v_talk.read_by = 'both' then
      perform set_config(
        'request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', v_talk.customer_id)::text, true
      );
      perform public.mark_read(v_id, 1000);
      perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', v_owner)::text, true);
      perform public.mark_read(v_id, 1000);
    end if;
    if v_talk.ended_ago = interval '7 days' then
      perform public.archive_conversation(v_id);
    end if;

    -- It was said back then, a line every twenty minutes.
    update public.messages
    set created_at = now() - v_talk.ended_ago - (conversations.last_seq - messages.seq) * interval '20 minutes'
    from public.conversations
    where conversations.id = v_id and messages.conversation_id = conversations.id;
    update public.conversations
    set last_message_at = now() - v_talk.ended_ago,
      created_at = now() - v_talk.ended_ago - conversations.last_seq * interval '20 minutes'
    where conversations.id = v_id;
  end loop;
  perform set_config('request.jwt.claims', '', true);

  -- What was to be told of these was told back then.
  update private.outbox
  set status = 'sent', provider_id = 'seed'
  where outbox.status = 'pending' and outbox.template = 'unread_messages';
end
$$;
