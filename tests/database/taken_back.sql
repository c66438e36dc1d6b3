-- Money that moves outside our verbs: refunds made at the provider, disputes, bank debits that take days.
begin;
set local search_path = public, extensions;
select plan(115);
-- include: actors, orders

create function pg_temp.event(fact jsonb, at timestamptz default now()) returns text
language sql
as $$
  select coalesce(
    pg_temp.ask(
      'event', 'service',
      format('public.apply_payment_event(%L, ''test'', %L, false, %L)', 'evt_' || gen_random_uuid(), at, fact)
    ) ->> 'outcome',
    (select value ->> 'error' from answers where name = 'event')
  )
$$;
create function pg_temp.intent(name text, status text, charge text default null) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'intent', 'intent_id', 'pi_' || name, 'status', intent.status, 'amount', payments.amount,
    'amount_received', case
      when intent.status = 'succeeded' then payments.amount else 0 end, 'currency', payments.currency,
    'payment_id', payments.id, 'checkout_id', payments.checkout_id, 'charge_id', charge
  )
  from public.payments where payments.checkout_id = (select value::uuid from ids where ids.name = intent.name)
$$;
create function pg_temp.refund(
  name text, refund text, amount bigint, status text default 'succeeded', ours text default null
) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'refund', 'provider_refund_id', refund, 'intent_id', 'pi_' || name, 'refund_id', ours, 'amount', amount,
    'currency', 'USD', 'status', status
  )
$$;
create function pg_temp.dispute(
  name text, dispute text, amount bigint, status text default 'needs_response'
) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'dispute', 'dispute_id', dispute, 'intent_id', 'pi_' || name, 'amount', amount, 'currency', 'USD', 'reason',
    'fraudulent', 'status', status
  )
$$;
-- A card checkout of so many apples (2000 each, Olga's) and cherries (1500 each, Rita's), its payment under way.
create function pg_temp.place(name text, apples integer, cherries integer) returns void
language plpgsql
as $$
begin
  -- What an unpaid order gave back does not belong to this one.
  delete from public.cart_items using public.carts
  where carts.id = cart_items.cart_id and carts.status = 'active' and carts.user_id::text like 'b0000000-%1';
  if apples > 0 then
    perform pg_temp.ask('cart', 'customer', format('public.add_to_cart({apple}, %s)', apples));
  end if;
  if cherries > 0 then
    perform pg_temp.ask('cart', 'customer', format('public.add_to_cart({cherry}, %s)', cherries));
  end if;
  perform pg_temp.ask(
    place.name, 'customer',
    format('public.checkout(%L, ''card'', shipping_address => {address}::jsonb)', gen_random_uuid())
  );
  perform pg_temp.name_value(place.name, (select value ->> 'checkout_id' from answers where answers.name = place.name));
  perform pg_temp.name_value(orders.id_name, orders.id::text)
  from (
    select id, place.name || case store_id
      when 'b1000000-0000-4000-8000-000000000001' then ' olga' else ' rita' end as id_name
    from public.orders where checkout_id::text = (select value from ids where ids.name = place.name)
  ) as orders;
  perform pg_temp.ask('payment', 'customer', format('public.prepare_payment({%s})', place.name));
  perform public.attach_payment_intent(
    (select (value ->> 'payment_id')::uuid from answers where answers.name = 'payment'), 1, 'pi_' || place.name
  );
end;
$$;
create function pg_temp.paid(name text, apples integer, cherries integer) returns void
language plpgsql
as $$
begin
  perform pg_temp.place(name, apples, cherries);
  perform pg_temp.event(pg_temp.intent(name, 'succeeded'));
end;
$$;
-- What became of the orders: Olga's, then Rita's, each as status, payment_status, refunded + refunding.
create function pg_temp.orders_of(name text) returns text
language sql
as $$
  select string_agg(
    format('%s %s %s+%s', status, payment_status, refunded_amount, refunding_amount), ' | ' order by store_id
  )
  from public.orders where checkout_id::text = (select value from ids where ids.name = orders_of.name)
$$;
create function pg_temp.shares(dispute text) returns text
language sql
as $$
  select format(
    '%s of %s, excess %s', string_agg(dispute_shares.amount::text, ' ' order by dispute_shares.store_id),
    disputes.amount, disputes.excess_amount
  )
  from public.disputes left join public.dispute_shares on dispute_shares.dispute_id = disputes.id
  where disputes.provider_dispute_id = dispute group by disputes.id
$$;
update public.product_variants set price_amount = 2000, mrp_amount = 2000
where id::text = (select value from ids where name = 'apple');
update public.product_variants set price_amount = 1500, mrp_amount = 1500
where id::text = (select value from ids where name = 'cherry');
update public.stores set tax_rate_bps = 0 where id::text in (select value from ids where name in ('olgas', 'ritas'));
update public.stock_levels set on_hand = on_hand + 100
where variant_id::text in (select value from ids where name in ('apple', 'cherry'));
insert into public.stock_moves (variant_id, store_id, quantity, reason)
select variant_id, store_id, 100, 'received'
from public.stock_levels
where variant_id::text in (select value from ids where name in ('apple', 'cherry'));

-- Sharing out.
select is(private.allocate(500, array[2000, 3000], 1), array[200, 300]::bigint[], 'an amount is allocated by weight');
select is(
  private.allocate(100, array[1, 1, 1], 1), array[34, 33, 33]::bigint[],
  'of equal remainders the first gets the odd cent'
);
select is(
  private.allocate(101, array[3333, 3333, 3334], 1), array[34, 33, 34]::bigint[],
  'the largest remainder gets the odd cent first'
);
select is(
  private.allocate(1000, array[3330, 3330, 3340], 10), array[330, 330, 340]::bigint[],
  'an amount is allocated in steps of what can be charged'
);
select is(
  private.allocate(5, array[0, 5, 0], 1), array[0, 5, 0]::bigint[], 'an allocation of all there is gives each all of it'
);
select is(private.allocate(0, array[0, 0], 1), array[0, 0]::bigint[], 'an allocation of nothing gives nothing');

-- A part, given back at the provider for a checkout of two stores.
select pg_temp.paid('part', 1, 2);
select is(
  pg_temp.event(pg_temp.refund('part', 're_part', 500)), 'applied',
  'a refund of 500 of 2000 + 3000 at the provider is applied'
);
select is(
  pg_temp.orders_of('part'), 'confirmed partially_refunded 200+0 | confirmed partially_refunded 300+0',
  'a refund at the provider is shared by what is left of each order'
);
select is(
  (select count(*) from private.alerts where rule = 'refund_unassigned'), 0::bigint,
  'a refund at the provider that could be shared alerts nobody'
);
select is(
  pg_temp.event(pg_temp.refund('part', 're_part', 500)), 'ignored',
  'a refund at the provider that is told twice is taken once'
);
select is(
  pg_temp.event(pg_temp.refund('part', 're_part', 499)), 'mismatch',
  'a refund at the provider told with another amount does not fit'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({part olga})'), '1',
  'the customer cancels the first order of a payment partly given back'
);
select is(
  pg_temp.attempt('rival', 'select public.cancel_order({part rita})'), '1',
  'the store cancels the second order of a payment partly given back'
);
select is(
  pg_temp.orders_of('part'), 'cancelled partially_refunded 200+1800 | cancelled partially_refunded 300+2700',
  'orders that are cancelled give back what is left of them'
);
select is(
  (
    select (refunded_amount, refunding_amount, captured_amount)::text
    from public.payments
    where provider_payment_id = 'pi_part'
  ),
  '(500,4500,5000)', 'a payment partly given back gives back what is left, and no more'
);
select is(
  pg_temp.event(pg_temp.refund('part', 're_part2', 1000)), 'applied',
  'a refund at the provider before our own are sent is applied'
);
select is(
  pg_temp.orders_of('part'), 'cancelled partially_refunded 600+1400 | cancelled partially_refunded 900+2100',
  'our own refunds give back what the provider''s one left'
);
select is(
  pg_temp.event(pg_temp.refund('part', 're_part2', 1000, 'failed')), 'applied',
  'a refund at the provider that fails is applied'
);
select is(
  pg_temp.orders_of('part'), 'cancelled partially_refunded 200+1400 | cancelled partially_refunded 300+2100',
  'a refund at the provider that fails is taken back from both orders'
);
select is(
  (select count(*) from private.alerts where rule = 'refund_failed'), 2::bigint,
  'a refund at the provider that fails raises an alert for each order'
);

-- All of it.
select pg_temp.paid('whole', 1, 1);
select is(
  pg_temp.event(pg_temp.refund('whole', 're_whole', 3500, 'pending')), 'applied',
  'a pending refund of everything at the provider is applied'
);
select is(
  pg_temp.orders_of('whole'), 'confirmed paid 0+2000 | confirmed paid 0+1500',
  'a pending refund of everything is set aside in every order'
);
select is(
  pg_temp.attempt('owner', 'select public.advance_order({whole olga}, ''shipped'')'), 'PT409 order_refunded',
  'an order that is on its way back is not shipped'
);
select is(
  pg_temp.attempt('rival', 'select public.advance_order({whole rita}, ''processing'')'), 'PT409 order_refunded',
  'an order that is on its way back is not prepared'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({whole olga})'), 'PT409 refund_exceeds_payment',
  'nothing more can be asked of an order that is on its way back'
);
select is(
  pg_temp.event(pg_temp.refund('whole', 're_whole', 3500)), 'applied',
  'a refund of everything that has arrived is applied'
);
select is(
  pg_temp.orders_of('whole'), 'cancelled refunded 2000+0 | cancelled refunded 1500+0',
  'unsent orders are cancelled when everything was given back'
);
select is(
  (
    select array_agg(distinct cancel_reason)
    from public.orders
    where checkout_id::text = (select value from ids where name = 'whole')
  ),
  array['refunded'], 'an order that is cancelled because everything was given back says so'
);
select is(
  (
    select sum(quantity)
    from public.stock_moves
    where reference_id::text in (select value from ids where name like 'whole %')
  ),
  0::bigint, 'the pieces of orders that are cancelled so are on the shelf'
);
select is(
  pg_temp.attempt('owner', 'select public.cancel_order({whole olga})'), '1',
  'cancelling an order that is cancelled so is no error'
);
select is(
  pg_temp.event(pg_temp.refund('whole', 're_whole', 3500, 'failed')), 'applied',
  'a refund of everything that the bank sends back is applied'
);
select is(
  pg_temp.orders_of('whole'), 'cancelled paid 0+0 | cancelled paid 0+0',
  'a refund that the bank sends back leaves the money here'
);
select is(
  pg_temp.ask('again', 'customer', 'public.request_refund({whole olga})') ->> 'amount', '2000',
  'a refund that the bank sends back can be asked for again'
);

-- In parts, up to all of it; one of the orders is on its way already.
select pg_temp.paid('steps', 1, 1);
select is(
  pg_temp.attempt('owner', 'select public.advance_order({steps olga}, ''shipped'', ''Post'', ''1'')'), '1',
  'the first order of two is shipped'
);
select pg_temp.event(pg_temp.refund('steps', 're_steps1', 701));
select is(
  pg_temp.orders_of('steps'), 'shipped partially_refunded 401+0 | confirmed partially_refunded 300+0',
  'of 701 over 2000 and 1500 the odd cent goes to the larger remainder'
);
select is(
  pg_temp.event(pg_temp.refund('steps', 're_steps2', 2799)), 'applied',
  'a refund of the rest at the provider is applied'
);
select is(
  pg_temp.orders_of('steps'), 'shipped refunded 2000+0 | cancelled refunded 1500+0',
  'a shipped order goes on when everything was given back, the other is cancelled'
);
select is(
  pg_temp.attempt('owner', 'select public.advance_order({steps olga}, ''delivered'')'), '1',
  'a shipped order of which everything was given back may be delivered'
);
select is(
  pg_temp.event(pg_temp.refund('steps', 're_steps3', 1)), 'mismatch',
  'a refund at the provider beyond what was captured does not fit'
);
select is(
  pg_temp.event(pg_temp.refund('nobody', 're_nobody', 1)), 'ignored',
  'a refund of a payment that is not ours is ignored'
);

-- Beside refunds of our own.
select pg_temp.paid('ours', 1, 1);
select pg_temp.ask('ask', 'customer', 'public.request_refund({ours olga}, amount => 900)');
select pg_temp.name_value('ours refund', (select value ->> 'id' from answers where name = 'ask'));
select pg_temp.ask('x', 'owner', 'public.decide_refund({ours refund}, true)');
select is(
  pg_temp.event(pg_temp.refund('ours', 're_ours1', 260)), 'applied',
  'a refund at the provider beside an approved one of 900 is applied'
);
select is(
  pg_temp.orders_of('ours'), 'confirmed partially_refunded 110+900 | confirmed partially_refunded 150+0',
  'a refund beside an approved one is shared by what is left: 1100 and 1500'
);
select is(
  pg_temp.event(pg_temp.refund('ours', 're_ours', 900, 'pending', (select value from ids where name = 'ours refund'))),
  'applied', 'an event of a refund that names our own is applied'
);
select is(
  (
    select provider_refund_id || ' ' || status
    from public.refunds
    where id::text = (select value from ids where name = 'ours refund')
  ),
  're_ours processing', 'a refund that only the event tells of is attached to our own'
);
select is(
  pg_temp.event(
    pg_temp.refund('ours', 're_forged', 900, 'succeeded', (select value from ids where name = 'ours refund'))
  ),
  'applied', 'a second event that claims to be our refund is applied'
);
select is(
  (select count(*) from public.refunds where provider_refund_id = 're_forged' and origin = 'provider'), 2::bigint,
  'a second refund that claims to be ours was made by somebody else'
);
select is(
  pg_temp.event(pg_temp.refund('ours', 're_ours', 900, 'succeeded')), 'applied',
  'an event of our own refund that succeeded is applied'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({ours olga})'), '1',
  'the customer cancels the first order after its refunds'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({ours rita})'), '1',
  'the customer cancels the second order after its refunds'
);
select is(
  (select refunded_amount + refunding_amount from public.payments where provider_payment_id = 'pi_ours'), 3500::bigint,
  'everything captured is given back, and no more'
);
select is((select count(*) from public.refunds where amount <= 0), 0::bigint, 'no refund is of nothing');

-- All of it at the provider, while all of one order waits to be sent.
select pg_temp.paid('race', 1, 1);
select pg_temp.attempt('customer', 'select public.cancel_order({race olga})');
select is(
  pg_temp.event(pg_temp.refund('race', 're_race', 3500)), 'applied',
  'a refund of everything at the provider is applied though 2000 were approved'
);
select is(
  (
    select status || ' ' || failure
    from public.refunds
    where order_id::text = (select value from ids where name = 'race olga') and origin = 'system'
  ),
  'failed superseded', 'an approved refund that is overtaken is not sent a second time'
);
select is(
  pg_temp.orders_of('race'), 'cancelled refunded 2000+0 | cancelled refunded 1500+0',
  'everything is given back where an approved refund was overtaken'
);
select is(
  (
    select count(*)
    from public.notifications
    where kind = 'refund_failed' and data ->> 'order_id' = (select value from ids where name = 'race olga')
  ),
  0::bigint, 'nobody is told that an overtaken refund failed'
);

-- A payment that came too late has no order.
select pg_temp.place('late', 1, 0);
select pg_temp.attempt('customer', 'select public.cancel_order({late olga})');
select pg_temp.event(pg_temp.intent('late', 'succeeded'));
select is(
  pg_temp.event(pg_temp.refund('late', 're_late', 500)), 'applied',
  'a part of a late payment given back at the provider is applied'
);
select is(
  (select (refunded_amount, refunding_amount)::text from public.payments where provider_payment_id = 'pi_late'),
  '(500,1500)', 'our own refund of a late payment gives back the rest'
);

-- A dispute of 80 over 60 and 40, of which 20 went back.
select pg_temp.paid('bank', 3, 4);
select pg_temp.ask('ask', 'customer', 'public.request_refund({bank olga}, amount => 1200)');
select pg_temp.name_value('bank refund', (select value ->> 'id' from answers where name = 'ask'));
select pg_temp.event(pg_temp.dispute('bank', 'du_ask', 100, 'warning_needs_response'));
select is(
  pg_temp.ask('x', 'owner', 'public.decide_refund({bank refund}, true)') ->> 'status', 'approved',
  'a refund is approved while a bank only asks'
);
select is(
  pg_temp.event(
    pg_temp.refund('bank', 're_bank', 1200, 'succeeded', (select value from ids where name = 'bank refund'))
  ),
  'applied', 'a refund made while a bank only asks is applied'
);
select is(
  pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000)), 'applied', 'a dispute over 8000 of 4800 + 6000 is applied'
);
select is(
  pg_temp.shares('du_bank'), '3556 4444 of 8000, excess 0', 'a dispute is shared by what is left of each order'
);
select is(
  (
    select count(*) from public.notifications
    join public.disputes on disputes.id::text = notifications.data ->> 'dispute_id'
    where notifications.kind = 'payment_disputed' and disputes.provider_dispute_id = 'du_bank'
  ),
  3::bigint, 'owners and managers are notified of a dispute'
);
select is(
  (select count(*) from private.alerts where rule = 'payment_disputed' and data ->> 'provider_dispute_id' = 'du_bank'),
  1::bigint, 'whoever runs the marketplace is alerted of a dispute'
);
select is(
  pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000)), 'ignored', 'a dispute that is told twice is taken once'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({bank olga}, amount => 1)'), 'PT409 payment_disputed',
  'no refund can be asked for during a dispute'
);
select is(
  pg_temp.attempt('rival', 'select public.cancel_order({bank rita})'), '1',
  'an unsent order may be cancelled during a dispute'
);
select pg_temp.name_value(
  'held',
  (
    select id::text
    from public.refunds
    where order_id::text = (select value from ids where name = 'bank rita') and status = 'approved'
  )
);
select is(
  pg_temp.attempt('customer', 'select public.prepare_refund({held})'), 'PT409 payment_disputed',
  'the refund of an order cancelled during a dispute waits'
);
select is(
  (
    select count(*)
    from public.list_refunds_to_issue()
    where refund_id::text = (select value from ids where name = 'held')
  ),
  0::bigint, 'the job does not issue a refund that waits for a dispute'
);
select is(
  pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000, 'lost')), 'applied', 'a dispute that is lost is applied'
);
select is(
  pg_temp.orders_of('bank'), 'confirmed partially_refunded 4756+0 | cancelled partially_refunded 4444+1556',
  'a lost dispute takes the money from the orders, and what waited gives back the rest'
);
select is(
  (
    select array_agg(status order by order_id)
    from public.refunds
    where provider_refund_id = 'du_bank' and origin = 'dispute'
  ),
  array['succeeded', 'succeeded'], 'a lost dispute stands in refunds that the bank made'
);
select is(
  (
    select count(*)
    from public.notifications
    where kind = 'refund_succeeded'
      and data ->> 'refund_id' in (select id::text from public.refunds where origin = 'dispute')
  ),
  0::bigint, 'nobody is told that a lost dispute refunded them'
);
select is(
  pg_temp.attempt('customer', 'select public.prepare_refund({held})'), '1',
  'a refund that waited for a dispute is sent when it is over'
);
select is(
  pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000, 'under_review')), 'ignored',
  'an older event of a dispute changes nothing'
);
select is(
  pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000, 'won')), 'applied',
  'a dispute that is won after all is applied'
);
select is(
  pg_temp.orders_of('bank'), 'confirmed partially_refunded 1200+0 | cancelled paid 0+1556',
  'a dispute that is won after all brings the money back'
);

-- Over all of it, and over more than was left.
select pg_temp.paid('all', 1, 1);
select is(
  pg_temp.event(pg_temp.dispute('all', 'du_all', 3500, 'lost')), 'applied',
  'a dispute whose loss is told first is applied'
);
select is(
  pg_temp.shares('du_all'), '2000 1500 of 3500, excess 0', 'a dispute over everything is shared as all of each order'
);
select is(
  pg_temp.orders_of('all'), 'cancelled refunded 2000+0 | cancelled refunded 1500+0',
  'orders of which a dispute took everything are cancelled'
);
select is(
  pg_temp.event(pg_temp.dispute('all', 'du_all', 3500)), 'ignored',
  'the beginning of a dispute that comes late is ignored'
);
select pg_temp.paid('more', 1, 0);
select pg_temp.event(pg_temp.refund('more', 're_more', 500));
select is(
  pg_temp.event(pg_temp.dispute('more', 'du_more', 2000)), 'applied', 'a dispute over more than is left is applied'
);
select is(
  pg_temp.shares('du_more'), '1500 of 2000, excess 500', 'a dispute over more than is left is shared over what is left'
);
select pg_temp.paid('order', 1, 0);
select pg_temp.event(pg_temp.dispute('order', 'du_order', 2000));
select is(
  pg_temp.event(pg_temp.refund('order', 're_order', 500)), 'applied',
  'a refund that is told after the dispute is applied'
);
select is(
  pg_temp.shares('du_order'), '1500 of 2000, excess 500',
  'a refund that is told after the dispute makes the same shares'
);
select is(
  pg_temp.event(pg_temp.dispute('order', 'du_order', 2000, 'lost')), 'applied',
  'a lost dispute over more than is left is applied'
);
select is(pg_temp.orders_of('order'), 'cancelled refunded 2000+0', 'a lost dispute takes no more than everything');
select is(
  pg_temp.event(pg_temp.dispute('late', 'du_late', 2000, 'lost')), 'applied',
  'a lost dispute of a payment that came too late is applied'
);
select is(
  (select (refunded_amount, refunding_amount)::text from public.payments where provider_payment_id = 'pi_late'),
  '(2000,0)', 'a lost dispute of a late payment takes what was about to go back'
);
select is(
  pg_temp.shares('du_late'), ' of 2000, excess 500', 'no order bears a dispute of a payment that came too late'
);
select is(
  pg_temp.event(pg_temp.dispute('more', 'du_more', 2000, 'won')), 'applied',
  'a won dispute over more than is left is applied'
);
select is(pg_temp.orders_of('more'), 'confirmed partially_refunded 500+0', 'a won dispute leaves the order as before');
select is(
  pg_temp.ask('x', 'customer', 'public.request_refund({more olga})') ->> 'amount', '1500',
  'an order can be refunded after a won dispute'
);
select is(
  pg_temp.event(pg_temp.dispute('nobody', 'du_nobody', 1)), 'mismatch', 'a dispute of no payment of ours does not fit'
);
select is(
  pg_temp.event(pg_temp.dispute('more', 'du_odd', 1, 'perhaps')), 'mismatch',
  'a dispute with an unknown status does not fit'
);
select is(pg_temp.event(pg_temp.dispute('more', 'du_odd', 0)), 'mismatch', 'a dispute over nothing does not fit');

-- A bank debit takes its days.
select pg_temp.place('debit', 1, 0);
select is(
  pg_temp.event(pg_temp.intent('debit', 'processing', 'ch_1')), 'applied',
  'an event of a bank debit under way is applied'
);
update public.checkouts set expires_at = now() - interval '3 days'
where id::text = (select value from ids where name = 'debit');
update public.stock_reservations set expires_at = now() - interval '3 days'
where order_id::text = (select value from ids where name = 'debit olga');
select is(private.expire_checkouts(), 0, 'a checkout does not expire while a bank debit is under way');
select is_empty(
  $$select * from private.check_invariants()$$, 'no invariant of the books is violated while a bank debit is under way'
);
select is(
  pg_temp.ask('x', 'customer', 'public.prepare_payment({debit})') ->> 'status', 'processing',
  'preparing a payment whose bank debit is under way answers how it stands'
);
select is(
  pg_temp.event(pg_temp.intent('debit', 'requires_action')), 'ignored', 'an older event does not let go of a bank debit'
);
select is(
  pg_temp.event(pg_temp.intent('debit', 'requires_payment_method', 'ch_1'), now() - interval '1 hour'), 'ignored',
  'an event from before the bank debit began is ignored'
);
select is(
  pg_temp.event(pg_temp.intent('debit', 'succeeded', 'ch_1')), 'applied',
  'an event of a bank debit that succeeded is applied'
);
select is(pg_temp.orders_of('debit'), 'confirmed paid 0+0', 'the order of a bank debit that succeeded is confirmed');
select pg_temp.place('bounced', 1, 0);
select pg_temp.event(pg_temp.intent('bounced', 'processing', 'ch_2'));
select is(
  pg_temp.event(pg_temp.intent('bounced', 'requires_payment_method', 'ch_2')), 'applied',
  'an event of a bank debit that failed in time is applied'
);
select is(
  pg_temp.event(pg_temp.intent('bounced', 'processing', 'ch_2')), 'ignored',
  'a bank debit that failed does not begin again'
);
select is(
  pg_temp.orders_of('bounced'), 'pending unpaid 0+0',
  'an order whose bank debit failed in time still waits for a payment'
);
select is(
  pg_temp.event(pg_temp.intent('bounced', 'processing', 'ch_3')), 'applied',
  'an event of another bank debit of the same order is applied'
);
update public.checkouts set expires_at = now() - interval '3 days'
where id::text = (select value from ids where name = 'bounced');
select is(
  pg_temp.event(pg_temp.intent('bounced', 'requires_payment_method', 'ch_3')), 'applied',
  'an event of a bank debit that failed when time was over is applied'
);
select is(
  pg_temp.orders_of('bounced') || ' ' || (
    select cancel_reason from public.orders where id::text = (select value from ids where name = 'bounced olga')
  ),
  'cancelled unpaid 0+0 payment_expired', 'an order whose bank debit failed when time was over is cancelled at once'
);
select is(
  pg_temp.attempt('customer', 'select public.prepare_payment({bounced})'), 'PT409 checkout_not_payable',
  'a checkout whose bank debit failed when time was over cannot be paid'
);
select pg_temp.place('regret', 1, 0);
select pg_temp.event(pg_temp.intent('regret', 'processing', 'ch_4'));
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({regret olga})'), '1',
  'a customer may cancel an order whose bank debit is under way'
);
select is(
  (select action from public.list_payments_to_reconcile() where provider_intent_id = 'pi_regret'), 'cancel',
  'the intent of an order cancelled during its bank debit is listed to be cancelled'
);
select is(
  pg_temp.event(pg_temp.intent('regret', 'succeeded', 'ch_4')), 'applied',
  'an event of a bank debit that arrives after the cancellation is applied'
);
select is(
  (select refunding_amount from public.payments where provider_payment_id = 'pi_regret'), 2000::bigint,
  'a bank debit that arrives after the cancellation goes back'
);

select is_empty(
  'select * from private.check_invariants()', 'no invariant of the books is violated by what was taken back'
);
select * from finish();
rollback;
