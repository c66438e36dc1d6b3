-- Money that moves outside our verbs: refunds made at the provider, disputes, bank debits that take days.
begin;
set local search_path = public, extensions;
select plan(115);
-- include: actors, orders

create function pg_temp.event(fact jsonb, at timestamptz default now()) returns text
language sql
as $$
  select coalesce(
    pg_temp.ask('event', 'service', format('public.apply_payment_event(%L, ''test'', %L, false, %L)', 'evt_' || gen_random_uuid(), at, fact)) ->> 'outcome',
    (select value ->> 'error' from answers where name = 'event')
  )
$$;
create function pg_temp.intent(name text, status text, charge text default null) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'intent', 'intent_id', 'pi_' || name, 'status', intent.status, 'amount', payments.amount,
    'amount_received', case when intent.status = 'succeeded' then payments.amount else 0 end, 'currency', payments.currency,
    'payment_id', payments.id, 'checkout_id', payments.checkout_id, 'charge_id', charge
  )
  from public.payments where payments.checkout_id = (select value::uuid from ids where ids.name = intent.name)
$$;
create function pg_temp.refund(name text, refund text, amount bigint, status text default 'succeeded', ours text default null) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'refund', 'provider_refund_id', refund, 'intent_id', 'pi_' || name, 'refund_id', ours, 'amount', amount, 'currency', 'USD', 'status', status
  )
$$;
create function pg_temp.dispute(name text, dispute text, amount bigint, status text default 'needs_response') returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'dispute', 'dispute_id', dispute, 'intent_id', 'pi_' || name, 'amount', amount, 'currency', 'USD', 'reason', 'fraudulent', 'status', status
  )
$$;
-- A card checkout of so many apples (2000 each, Olga's) and cherries (1500 each, Rita's), its payment under way.
create function pg_temp.place(name text, apples integer, cherries integer) returns void
language plpgsql
as $$
begin
  if apples > 0 then
    perform pg_temp.ask('cart', 'customer', format('public.add_to_cart({apple}, %s)', apples));
  end if;
  if cherries > 0 then
    perform pg_temp.ask('cart', 'customer', format('public.add_to_cart({cherry}, %s)', cherries));
  end if;
  perform pg_temp.ask(place.name, 'customer', format('public.checkout(%L, ''card'', shipping_address => {address}::jsonb)', gen_random_uuid()));
  perform pg_temp.name_value(place.name, (select value ->> 'checkout_id' from answers where answers.name = place.name));
  perform pg_temp.name_value(orders.id_name, orders.id::text)
  from (
    select id, place.name || case store_id when 'b1000000-0000-4000-8000-000000000001' then ' olga' else ' rita' end as id_name
    from public.orders where checkout_id::text = (select value from ids where ids.name = place.name)
  ) as orders;
  perform pg_temp.ask('payment', 'customer', format('public.prepare_payment({%s})', place.name));
  perform public.attach_payment_intent((select (value ->> 'payment_id')::uuid from answers where answers.name = 'payment'), 1, 'pi_' || place.name);
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
  select string_agg(format('%s %s %s+%s', status, payment_status, refunded_amount, refunding_amount), ' | ' order by store_id)
  from public.orders where checkout_id::text = (select value from ids where ids.name = orders_of.name)
$$;
create function pg_temp.shares(dispute text) returns text
language sql
as $$
  select format('%s of %s, excess %s', string_agg(dispute_shares.amount::text, ' ' order by dispute_shares.store_id), disputes.amount, disputes.excess_amount)
  from public.disputes left join public.dispute_shares on dispute_shares.dispute_id = disputes.id
  where disputes.provider_dispute_id = dispute group by disputes.id
$$;
update public.product_variants set price_amount = 2000, mrp_amount = 2000 where id::text = (select value from ids where name = 'apple');
update public.product_variants set price_amount = 1500, mrp_amount = 1500 where id::text = (select value from ids where name = 'cherry');
update public.stores set tax_rate_bps = 0 where id::text in (select value from ids where name in ('olgas', 'ritas'));
update public.stock_levels set on_hand = on_hand + 100 where variant_id::text in (select value from ids where name in ('apple', 'cherry'));
insert into public.stock_moves (variant_id, store_id, quantity, reason)
select variant_id, store_id, 100, 'received' from public.stock_levels where variant_id::text in (select value from ids where name in ('apple', 'cherry'));

-- Sharing out.
select is(private.allocate(500, array[2000, 3000], 1), array[200, 300]::bigint[], 'by weight');
select is(private.allocate(100, array[1, 1, 1], 1), array[34, 33, 33]::bigint[], 'of equal remainders the first');
select is(private.allocate(101, array[3333, 3333, 3334], 1), array[34, 33, 34]::bigint[], 'the largest remainder first');
select is(private.allocate(1000, array[3330, 3330, 3340], 10), array[330, 330, 340]::bigint[], 'in steps of what can be charged');
select is(private.allocate(5, array[0, 5, 0], 1), array[0, 5, 0]::bigint[], 'all of it is all of each');
select is(private.allocate(0, array[0, 0], 1), array[0, 0]::bigint[], 'and nothing is nothing');

-- A part, given back at the provider for a checkout of two stores.
select pg_temp.paid('part', 1, 2);
select is(pg_temp.event(pg_temp.refund('part', 're_part', 500)), 'applied', 'somebody gives back 500 of 2000 + 3000');
select is(pg_temp.orders_of('part'), 'confirmed partially_refunded 200+0 | confirmed partially_refunded 300+0', '… by what is left of each');
select is((select count(*) from private.alerts where rule = 'refund_unassigned'), 0::bigint, '… and nobody has to look');
select is(pg_temp.event(pg_temp.refund('part', 're_part', 500)), 'ignored', 'told twice, taken once');
select is(pg_temp.event(pg_temp.refund('part', 're_part', 499)), 'mismatch', 'of another amount it does not fit');
select is(pg_temp.attempt('customer', 'select public.cancel_order({part olga})'), '1', 'the first order is cancelled');
select is(pg_temp.attempt('rival', 'select public.cancel_order({part rita})'), '1', '… and the second, by its store');
select is(pg_temp.orders_of('part'), 'cancelled partially_refunded 200+1800 | cancelled partially_refunded 300+2700', 'what is left goes back');
select is((select (refunded_amount, refunding_amount, captured_amount)::text from public.payments where provider_payment_id = 'pi_part'), '(500,4500,5000)', '… and no more');
select is(pg_temp.event(pg_temp.refund('part', 're_part2', 1000)), 'applied', 'the dashboard is faster than our refunds');
select is(pg_temp.orders_of('part'), 'cancelled partially_refunded 600+1400 | cancelled partially_refunded 900+2100', '… which give back what is left');
select is(pg_temp.event(pg_temp.refund('part', 're_part2', 1000, 'failed')), 'applied', 'and it fails');
select is(pg_temp.orders_of('part'), 'cancelled partially_refunded 200+1400 | cancelled partially_refunded 300+2100', '… for both orders');
select is((select count(*) from private.alerts where rule = 'refund_failed'), 2::bigint, '… which a person looks at');

-- All of it.
select pg_temp.paid('whole', 1, 1);
select is(pg_temp.event(pg_temp.refund('whole', 're_whole', 3500, 'pending')), 'applied', 'all of it is on its way back');
select is(pg_temp.orders_of('whole'), 'confirmed paid 0+2000 | confirmed paid 0+1500', '… which is certain for every order');
select is(pg_temp.attempt('owner', 'select public.advance_order({whole olga}, ''shipped'')'), 'PT409 order_refunded', 'nobody sends it');
select is(pg_temp.attempt('rival', 'select public.advance_order({whole rita}, ''processing'')'), 'PT409 order_refunded', '… or prepares it');
select is(pg_temp.attempt('customer', 'select public.request_refund({whole olga})'), 'PT409 refund_exceeds_payment', 'there is nothing to ask for');
select is(pg_temp.event(pg_temp.refund('whole', 're_whole', 3500)), 'applied', 'it has arrived');
select is(pg_temp.orders_of('whole'), 'cancelled refunded 2000+0 | cancelled refunded 1500+0', '… so the orders are cancelled');
select is((select array_agg(distinct cancel_reason) from public.orders where checkout_id::text = (select value from ids where name = 'whole')), array['refunded'], '… and say why');
select is((select sum(quantity) from public.stock_moves where reference_id::text in (select value from ids where name like 'whole %')), 0::bigint, '… their pieces are on the shelf');
select is(pg_temp.attempt('owner', 'select public.cancel_order({whole olga})'), '1', 'cancelling it is done already');
select is(pg_temp.event(pg_temp.refund('whole', 're_whole', 3500, 'failed')), 'applied', 'the bank sends it back');
select is(pg_temp.orders_of('whole'), 'cancelled paid 0+0 | cancelled paid 0+0', '… so the money is still here');
select is(pg_temp.ask('again', 'customer', 'public.request_refund({whole olga})') ->> 'amount', '2000', '… and can be asked for');

-- In parts, up to all of it; one of the orders is on its way already.
select pg_temp.paid('steps', 1, 1);
select is(pg_temp.attempt('owner', 'select public.advance_order({steps olga}, ''shipped'', ''Post'', ''1'')'), '1', 'the first parcel is on its way');
select pg_temp.event(pg_temp.refund('steps', 're_steps1', 701));
select is(pg_temp.orders_of('steps'), 'shipped partially_refunded 401+0 | confirmed partially_refunded 300+0', 'of 701 over 2000 and 1500 the odd one goes to the larger remainder');
select is(pg_temp.event(pg_temp.refund('steps', 're_steps2', 2799)), 'applied', 'the rest');
select is(pg_temp.orders_of('steps'), 'shipped refunded 2000+0 | cancelled refunded 1500+0', 'what is under way goes on, the other is cancelled');
select is(pg_temp.attempt('owner', 'select public.advance_order({steps olga}, ''delivered'')'), '1', '… and it may arrive');
select is(pg_temp.event(pg_temp.refund('steps', 're_steps3', 1)), 'mismatch', 'there is never more than was captured');
select is(pg_temp.event(pg_temp.refund('nobody', 're_nobody', 1)), 'ignored', 'nor of a payment that is not ours');

-- Beside refunds of our own.
select pg_temp.paid('ours', 1, 1);
select pg_temp.ask('ask', 'customer', 'public.request_refund({ours olga}, amount => 900)');
select pg_temp.name_value('ours refund', (select value ->> 'id' from answers where name = 'ask'));
select pg_temp.ask('x', 'owner', 'public.decide_refund({ours refund}, true)');
select is(pg_temp.event(pg_temp.refund('ours', 're_ours1', 260)), 'applied', 'beside an approved 900 of the first order');
select is(pg_temp.orders_of('ours'), 'confirmed partially_refunded 110+900 | confirmed partially_refunded 150+0', '… by what is left: 1100 and 1500');
select is(pg_temp.event(pg_temp.refund('ours', 're_ours', 900, 'pending', (select value from ids where name = 'ours refund'))), 'applied', 'ours is made: only the event tells');
select is((select provider_refund_id || ' ' || status from public.refunds where id::text = (select value from ids where name = 'ours refund')), 're_ours processing', '… which one');
select is(pg_temp.event(pg_temp.refund('ours', 're_forged', 900, 'succeeded', (select value from ids where name = 'ours refund'))), 'applied', 'a second one that claims to be ours');
select is((select count(*) from public.refunds where provider_refund_id = 're_forged' and origin = 'provider'), 2::bigint, '… was made by somebody else');
select is(pg_temp.event(pg_temp.refund('ours', 're_ours', 900, 'succeeded')), 'applied', 'ours arrives');
select is(pg_temp.attempt('customer', 'select public.cancel_order({ours olga})'), '1', 'the rest of the first order');
select is(pg_temp.attempt('customer', 'select public.cancel_order({ours rita})'), '1', '… and of the second');
select is((select refunded_amount + refunding_amount from public.payments where provider_payment_id = 'pi_ours'), 3500::bigint, 'is what is left');
select is((select count(*) from public.refunds where amount <= 0), 0::bigint, 'no refund is of nothing');

-- All of it at the provider, while all of one order waits to be sent.
select pg_temp.paid('race', 1, 1);
select pg_temp.attempt('customer', 'select public.cancel_order({race olga})');
select is(pg_temp.event(pg_temp.refund('race', 're_race', 3500)), 'applied', 'all of it, though 2000 were approved');
select is((select status || ' ' || failure from public.refunds where order_id::text = (select value from ids where name = 'race olga') and origin = 'system'), 'failed superseded', '… are not sent a second time');
select is(pg_temp.orders_of('race'), 'cancelled refunded 2000+0 | cancelled refunded 1500+0', '… everything is back');
select is((select count(*) from public.notifications where kind = 'refund_failed' and data ->> 'order_id' = (select value from ids where name = 'race olga')), 0::bigint, '… and nobody is told that it is late');

-- A payment that came too late has no order.
select pg_temp.place('late', 1, 0);
select pg_temp.attempt('customer', 'select public.cancel_order({late olga})');
select pg_temp.event(pg_temp.intent('late', 'succeeded'));
select is(pg_temp.event(pg_temp.refund('late', 're_late', 500)), 'applied', 'a part of it is given back at the provider');
select is((select (refunded_amount, refunding_amount)::text from public.payments where provider_payment_id = 'pi_late'), '(500,1500)', '… our own refund of all gives back the rest');

-- A dispute of 80 over 60 and 40, of which 20 went back.
select pg_temp.paid('bank', 3, 4);
select pg_temp.ask('ask', 'customer', 'public.request_refund({bank olga}, amount => 1200)');
select pg_temp.name_value('bank refund', (select value ->> 'id' from answers where name = 'ask'));
select pg_temp.event(pg_temp.dispute('bank', 'du_ask', 100, 'warning_needs_response'));
select is(pg_temp.ask('x', 'owner', 'public.decide_refund({bank refund}, true)') ->> 'status', 'approved', 'a bank that only asks forbids nothing');
select is(pg_temp.event(pg_temp.refund('bank', 're_bank', 1200, 'succeeded', (select value from ids where name = 'bank refund'))), 'applied', 'and the refund is made');
select is(pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000)), 'applied', 'a dispute over 8000 of 4800 + 6000');
select is(pg_temp.shares('du_bank'), '3556 4444 of 8000, excess 0', '… by what is left of each');
select is((select count(*) from public.notifications where kind = 'payment_disputed' and data ->> 'status' = 'needs_response'), 3::bigint, '… of which owners and managers hear');
select is((select count(*) from private.alerts where rule = 'payment_disputed' and data ->> 'provider_dispute_id' = 'du_bank'), 1::bigint, '… and whoever runs the marketplace');
select is(pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000)), 'ignored', '… once');
select is(pg_temp.attempt('customer', 'select public.request_refund({bank olga}, amount => 1)'), 'PT409 payment_disputed', 'meanwhile nothing is asked for');
select is(pg_temp.attempt('rival', 'select public.cancel_order({bank rita})'), '1', 'an unsent order may be cancelled');
select pg_temp.name_value('held', (select id::text from public.refunds where order_id::text = (select value from ids where name = 'bank rita') and status = 'approved'));
select is(pg_temp.attempt('customer', 'select public.prepare_refund({held})'), 'PT409 payment_disputed', '… whose refund waits');
select is((select count(*) from public.list_refunds_to_issue() where refund_id::text = (select value from ids where name = 'held')), 0::bigint, '… for the job as well');
select is(pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000, 'lost')), 'applied', 'it is lost');
select is(pg_temp.orders_of('bank'), 'confirmed partially_refunded 4756+0 | cancelled partially_refunded 4444+1556', 'the money is gone from the orders, and what waited gives back the rest');
select is((select array_agg(status order by order_id) from public.refunds where provider_refund_id = 'du_bank' and origin = 'dispute'), array['succeeded', 'succeeded'], '… as refunds that the bank made');
select is((select count(*) from public.notifications where kind = 'refund_succeeded' and data ->> 'refund_id' in (select id::text from public.refunds where origin = 'dispute')), 0::bigint, '… and told');
select is(pg_temp.attempt('customer', 'select public.prepare_refund({held})'), '1', 'what waited is sent now');
select is(pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000, 'under_review')), 'ignored', 'an older word changes nothing');
select is(pg_temp.event(pg_temp.dispute('bank', 'du_bank', 8000, 'won')), 'applied', 'won after all');
select is(pg_temp.orders_of('bank'), 'confirmed partially_refunded 1200+0 | cancelled paid 0+1556', 'the money is back');

-- Over all of it, and over more than was left.
select pg_temp.paid('all', 1, 1);
select is(pg_temp.event(pg_temp.dispute('all', 'du_all', 3500, 'lost')), 'applied', 'only its end is told');
select is(pg_temp.shares('du_all'), '2000 1500 of 3500, excess 0', 'all is all of each');
select is(pg_temp.orders_of('all'), 'cancelled refunded 2000+0 | cancelled refunded 1500+0', '… and nothing of it is sent');
select is(pg_temp.event(pg_temp.dispute('all', 'du_all', 3500)), 'ignored', 'its beginning comes late');
select pg_temp.paid('more', 1, 0);
select pg_temp.event(pg_temp.refund('more', 're_more', 500));
select is(pg_temp.event(pg_temp.dispute('more', 'du_more', 2000)), 'applied', 'a dispute over more than is left');
select is(pg_temp.shares('du_more'), '1500 of 2000, excess 500', '… is over what is left');
select pg_temp.paid('order', 1, 0);
select pg_temp.event(pg_temp.dispute('order', 'du_order', 2000));
select is(pg_temp.event(pg_temp.refund('order', 're_order', 500)), 'applied', 'told the other way round');
select is(pg_temp.shares('du_order'), '1500 of 2000, excess 500', '… it is the same');
select is(pg_temp.event(pg_temp.dispute('order', 'du_order', 2000, 'lost')), 'applied', 'lost');
select is(pg_temp.orders_of('order'), 'cancelled refunded 2000+0', '… no more than everything is gone');
select is(pg_temp.event(pg_temp.dispute('late', 'du_late', 2000, 'lost')), 'applied', 'a dispute of a payment that came too late');
select is((select (refunded_amount, refunding_amount)::text from public.payments where provider_payment_id = 'pi_late'), '(2000,0)', '… takes what was about to go back');
select is(pg_temp.shares('du_late'), ' of 2000, excess 500', '… and no order bears it');
select is(pg_temp.event(pg_temp.dispute('more', 'du_more', 2000, 'won')), 'applied', 'won');
select is(pg_temp.orders_of('more'), 'confirmed partially_refunded 500+0', '… all is as before');
select is(pg_temp.ask('x', 'customer', 'public.request_refund({more olga})') ->> 'amount', '1500', '… and can be given back');
select is(pg_temp.event(pg_temp.dispute('nobody', 'du_nobody', 1)), 'mismatch', 'a dispute of no payment of ours');
select is(pg_temp.event(pg_temp.dispute('more', 'du_odd', 1, 'perhaps')), 'mismatch', 'or of a status that we do not know');
select is(pg_temp.event(pg_temp.dispute('more', 'du_odd', 0)), 'mismatch', 'or over nothing');

-- A bank debit takes its days.
select pg_temp.place('debit', 1, 0);
select is(pg_temp.event(pg_temp.intent('debit', 'processing', 'ch_1')), 'applied', 'a bank debit is under way');
update public.checkouts set expires_at = now() - interval '3 days' where id::text = (select value from ids where name = 'debit');
update public.stock_reservations set expires_at = now() - interval '3 days' where order_id::text = (select value from ids where name = 'debit olga');
select is(private.expire_checkouts(), 0, 'its stock stays held');
select is_empty($$select * from private.check_invariants()$$, '… which is as it should be');
select is(pg_temp.ask('x', 'customer', 'public.prepare_payment({debit})') ->> 'status', 'processing', 'asking again answers how it stands');
select is(pg_temp.event(pg_temp.intent('debit', 'requires_action')), 'ignored', 'an older word does not let go of it');
select is(pg_temp.event(pg_temp.intent('debit', 'requires_payment_method', 'ch_1'), now() - interval '1 hour'), 'ignored', 'nor one from before');
select is(pg_temp.event(pg_temp.intent('debit', 'succeeded', 'ch_1')), 'applied', 'it arrives');
select is(pg_temp.orders_of('debit'), 'confirmed paid 0+0', '… and the order is confirmed');
select pg_temp.place('bounced', 1, 0);
select pg_temp.event(pg_temp.intent('bounced', 'processing', 'ch_2'));
select is(pg_temp.event(pg_temp.intent('bounced', 'requires_payment_method', 'ch_2')), 'applied', 'another fails while there is time');
select is(pg_temp.event(pg_temp.intent('bounced', 'processing', 'ch_2')), 'ignored', '… and does not begin again');
select is(pg_temp.orders_of('bounced'), 'pending unpaid 0+0', '… so another way to pay may be tried');
select is(pg_temp.event(pg_temp.intent('bounced', 'processing', 'ch_3')), 'applied', 'the next one');
update public.checkouts set expires_at = now() - interval '3 days' where id::text = (select value from ids where name = 'bounced');
select is(pg_temp.event(pg_temp.intent('bounced', 'requires_payment_method', 'ch_3')), 'applied', '… fails when time is over');
select is(pg_temp.orders_of('bounced') || ' ' || (select cancel_reason from public.orders where id::text = (select value from ids where name = 'bounced olga')), 'cancelled unpaid 0+0 payment_expired', '… and the order is given up at once');
select is(pg_temp.attempt('customer', 'select public.prepare_payment({bounced})'), 'PT409 checkout_not_payable', '… to be paid no more');
select pg_temp.place('regret', 1, 0);
select pg_temp.event(pg_temp.intent('regret', 'processing', 'ch_4'));
select is(pg_temp.attempt('customer', 'select public.cancel_order({regret olga})'), '1', 'the customer may cancel meanwhile');
select is((select action from public.list_payments_to_reconcile() where provider_intent_id = 'pi_regret'), 'cancel', '… which the provider is told at once');
select is(pg_temp.event(pg_temp.intent('regret', 'succeeded', 'ch_4')), 'applied', '… and what arrives nevertheless');
select is((select refunding_amount from public.payments where provider_payment_id = 'pi_regret'), 2000::bigint, '… goes back');

select is_empty('select * from private.check_invariants()', 'nothing is violated');
select * from finish();
rollback;
