-- What must hold whatever happened: crashes, races, events in any order. One row for each violation; no row is the
-- only good answer. Operators run it, a job does every night, and the tests do after every race and fault. It reads
-- whole tables.
create or replace function private.check_invariants() returns table (rule text, subject text, detail text)
language plpgsql stable
security definer -- looks at everything
set search_path = ''
as $$
begin
  return query
  select 'stock_equals_ledger', stock_levels.variant_id::text,
    format('on_hand %s, moves %s', stock_levels.on_hand, coalesce(ledger.quantity, 0))
  from public.stock_levels
  left join (
    select stock_moves.variant_id, sum(stock_moves.quantity) as quantity
    from public.stock_moves
    group by stock_moves.variant_id
  ) as ledger on ledger.variant_id = stock_levels.variant_id
  where stock_levels.on_hand <> coalesce(ledger.quantity, 0);

  return query
  select 'reserved_equals_reservations', stock_levels.variant_id::text,
    format('reserved %s, active reservations %s', stock_levels.reserved, coalesce(held.quantity, 0))
  from public.stock_levels
  left join (
    select stock_reservations.variant_id, sum(stock_reservations.quantity) as quantity
    from public.stock_reservations
    where stock_reservations.status = 'active'
    group by stock_reservations.variant_id
  ) as held on held.variant_id = stock_levels.variant_id
  where stock_levels.reserved <> coalesce(held.quantity, 0) or stock_levels.reserved > stock_levels.on_hand;

  return query
  select 'listed_as_its_product', owned.id::text, format('%s of product %s', owned.kind, owned.product_id)
  from (
    select 'option' as kind, product_options.id, product_options.product_id, product_options.is_listed
    from public.product_options
    union all
    select 'variant', product_variants.id, product_variants.product_id, product_variants.is_listed
    from public.product_variants
    union all
    select 'picture', product_media.id, product_media.product_id, product_media.is_listed from public.product_media
  ) as owned
  join public.products on products.id = owned.product_id
  where products.is_listed <> owned.is_listed;

  return query
  select 'reservation_belongs_to_pending_order', stock_reservations.order_id::text,
    format('%s, order %s', stock_reservations.status, orders.status)
  from public.stock_reservations
  join public.orders on orders.id = stock_reservations.order_id
  where (stock_reservations.status = 'active') <> (orders.status = 'pending')
    or (
      stock_reservations.status = 'active'
      and stock_reservations.expires_at < now() - interval '15 minutes'
      -- A bank debit on its way holds the stock for days.
      and not exists (
        select from public.payments where payments.checkout_id = orders.checkout_id and payments.status = 'processing'
      )
    );

  return query
  select 'sold_equals_lines', orders.id::text,
    format('variant %s: lines %s, moves %s', line.variant_id, line.quantity, coalesce(move.quantity, 0))
  from public.orders
  join lateral (
    select order_lines.variant_id, sum(order_lines.quantity - coalesce(back.quantity, 0)) as quantity
    from public.order_lines
    left join (
      select refund_lines.order_line_id, sum(refund_lines.restocked_quantity) as quantity
      from public.refund_lines
      group by refund_lines.order_line_id
    ) as back on back.order_line_id = order_lines.id
    where order_lines.order_id = orders.id
    group by order_lines.variant_id
  ) as line on true
  left join (
    select stock_moves.reference_id, stock_moves.variant_id, -sum(stock_moves.quantity) as quantity
    from public.stock_moves
    where stock_moves.reason in ('sale', 'return')
    group by stock_moves.reference_id, stock_moves.variant_id
  ) as move on move.reference_id = orders.id and move.variant_id = line.variant_id
  where coalesce(move.quantity, 0) <> case when orders.status in ('pending', 'cancelled') then 0 else line.quantity end;

  return query
  select 'order_equals_lines', orders.id::text, format('order %s, lines %s', orders.total_amount, line.total_amount)
  from public.orders
  left join (
    select
      order_lines.order_id, sum(order_lines.quantity) as quantity, sum(order_lines.subtotal_amount) as subtotal_amount,
      sum(order_lines.discount_amount) as discount_amount, sum(order_lines.tax_amount) as tax_amount,
      sum(order_lines.included_tax_amount) as included_tax_amount, sum(order_lines.total_amount) as total_amount,
      bool_and(
        order_lines.store_id = owner.store_id
        and coalesce(order_lines.customer_id = owner.customer_id, owner.customer_id is null)
      ) as is_consistent
    from public.order_lines
    join public.orders as owner on owner.id = order_lines.order_id
    group by order_lines.order_id
  ) as line on line.order_id = orders.id
  where (
      line.quantity, line.subtotal_amount, line.discount_amount, line.tax_amount, line.included_tax_amount,
      line.total_amount + orders.shipping_amount, line.is_consistent
    ) is distinct from (
      orders.item_count::bigint, orders.subtotal_amount::numeric, orders.discount_amount::numeric,
      orders.tax_amount::numeric,
      orders.included_tax_amount::numeric, orders.total_amount::numeric, true
    );

  return query
  select 'checkout_equals_orders', checkouts.id::text,
    format('checkout %s, orders %s', checkouts.total_amount, part.total_amount)
  from public.checkouts
  left join (
    select orders.checkout_id, sum(orders.total_amount) as total_amount, count(distinct orders.currency) as currencies,
      count(distinct orders.store_id) = count(*) as is_one_per_store
    from public.orders
    group by orders.checkout_id
  ) as part on part.checkout_id = checkouts.id
  where (part.total_amount is distinct from checkouts.total_amount or part.currencies <> 1 or not part.is_one_per_store)
    and not exists (select from public.bookings where bookings.checkout_id = checkouts.id);

  return query
  select 'checkout_status_fits_orders', checkouts.id::text,
    format('checkout %s, order %s %s', checkouts.status, orders.id, orders.status)
  from public.checkouts
  join public.orders on orders.checkout_id = checkouts.id
  where (checkouts.status = 'pending') <> (orders.status = 'pending')
    or (checkouts.status in ('expired', 'cancelled', 'refunded') and orders.status <> 'cancelled');

  return query
  select 'card_order_is_captured', orders.id::text, format('%s and %s', orders.status, orders.payment_status)
  from public.orders
  where orders.payment_method = 'card'
    and orders.payment_status <> 'unpaid'
    and orders.total_amount > 0
    and not exists (
      select from public.payments
      join public.checkouts on checkouts.id = payments.checkout_id
      where payments.checkout_id = orders.checkout_id
        and payments.status = 'succeeded'
        and payments.captured_amount = checkouts.total_amount
        and payments.currency = orders.currency
    );

  return query
  select 'captured_is_ordered_or_refunded', payments.id::text, format('captured %s', payments.captured_amount)
  from public.payments
  join public.checkouts on checkouts.id = payments.checkout_id
  where payments.status = 'succeeded'
    and payments.provider = 'stripe'
    and not (
      checkouts.status = 'paid'
      or (checkouts.status = 'refunded' and exists (
        select from public.refunds where refunds.payment_id = payments.id
      ))
    );

  return query select * from private.check_booking_money();

  return query
  select 'payment_equals_refunds', payments.id::text,
    format(
      'refunding %s of %s, refunded %s of %s', payments.refunding_amount, part.refunding, payments.refunded_amount,
      part.refunded
    )
  from public.payments
  cross join lateral (
    select
      coalesce(sum(refunds.amount) filter (where refunds.status in ('approved', 'processing')), 0) as refunding,
      coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as refunded
    from public.refunds
    where refunds.payment_id = payments.id
  ) as part
  where payments.refunding_amount <> part.refunding or payments.refunded_amount <> part.refunded
    or part.refunding + part.refunded > payments.captured_amount;

  return query
  select 'order_equals_refunds', orders.id::text,
    format(
      'refunding %s of %s, refunded %s of %s', orders.refunding_amount, part.refunding, orders.refunded_amount,
      part.refunded
    )
  from public.orders
  cross join lateral (
    select
      coalesce(sum(refunds.amount) filter (where refunds.status in ('approved', 'processing')), 0) as refunding,
      coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as refunded
    from public.refunds
    where refunds.order_id = orders.id
  ) as part
  where orders.refunding_amount <> part.refunding or orders.refunded_amount <> part.refunded
    or (orders.payment_status = 'refunded') <> (part.refunded = orders.total_amount and part.refunded > 0)
    or (orders.payment_status = 'partially_refunded') <> (part.refunded > 0 and part.refunded < orders.total_amount);

  return query
  select 'payment_equals_orders', payments.id::text,
    format(
      'refunding %s of %s, refunded %s of %s', payments.refunding_amount, part.refunding, payments.refunded_amount,
      part.refunded
    )
  from public.payments
  cross join lateral (
    select sum(orders.refunding_amount) as refunding, sum(orders.refunded_amount) as refunded
    from public.orders
    where orders.checkout_id = payments.checkout_id
      and orders.payment_status <> 'unpaid'
      and payments.provider = 'stripe'
  ) as part
  where payments.refunding_amount <> part.refunding or payments.refunded_amount <> part.refunded;

  return query
  select 'pieces_equal_refunds', order_lines.id::text,
    format('refunded %s, refunds %s', order_lines.refunded_quantity, coalesce(part.quantity, 0))
  from public.order_lines
  left join (
    select refund_lines.order_line_id, sum(refund_lines.quantity) as quantity
    from public.refund_lines
    join public.refunds on refunds.id = refund_lines.refund_id
    where refunds.status in ('approved', 'processing', 'succeeded')
    group by refund_lines.order_line_id
  ) as part on part.order_line_id = order_lines.id
  where order_lines.refunded_quantity <> coalesce(part.quantity, 0);

  return query
  select 'dispute_equals_shares', disputes.id::text,
    format(
      'dispute %s, shares %s, excess %s, taken %s', disputes.amount, part.amount, disputes.excess_amount,
      taken.amount
    )
  from public.disputes
  cross join lateral (
    select
      coalesce(sum(dispute_shares.amount), 0) as amount,
      coalesce(bool_and((dispute_shares.status, dispute_shares.reason, dispute_shares.store_id)
        = (disputes.status, disputes.reason, orders.store_id)), true) as is_consistent
    from public.dispute_shares
    join public.orders on orders.id = dispute_shares.order_id
    where dispute_shares.dispute_id = disputes.id
  ) as part
  cross join lateral (
    select coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as amount
    from public.refunds
    where refunds.provider_refund_id = disputes.provider_dispute_id
  ) as taken
  where not part.is_consistent
    -- A payment that came too late has no order that could bear a share.
    or part.amount + disputes.excess_amount <> disputes.amount and exists (
      select from public.payments
      join public.orders on orders.checkout_id = payments.checkout_id
      where payments.id = disputes.payment_id and orders.payment_status <> 'unpaid'
    )
    or taken.amount <> case when disputes.status = 'lost' then disputes.amount - disputes.excess_amount else 0 end;

  return query
  select 'coupon_equals_redemptions', coupons.id::text,
    format('used %s, redemptions %s', coupons.used_count, count(coupon_redemptions.id))
  from public.coupons
  left join public.coupon_redemptions
    on coupon_redemptions.coupon_id = coupons.id and coupon_redemptions.status = 'active'
  group by coupons.id
  having coupons.used_count <> count(coupon_redemptions.id) or coupons.used_count > coupons.usage_limit;

  return query
  select 'coupon_per_customer', coupons.id::text, format('customer %s: %s uses', coupon_redemptions.user_id, count(*))
  from public.coupons
  join public.coupon_redemptions on coupon_redemptions.coupon_id = coupons.id and coupon_redemptions.status = 'active'
  where coupon_redemptions.user_id is not null
  group by coupons.id, coupon_redemptions.user_id
  having count(*) > coupons.per_customer_limit;

  return query
  select 'history_has_no_gap', step.order_id::text, format('%s after %s', step.from_status, step.previous_status)
  from (
    select
      order_events.order_id, order_events.from_status, order_events.to_status,
      lag(order_events.to_status) over history as previous_status,
      lead(order_events.id) over history is null as is_last
    from public.order_events
    where order_events.kind = 'status'
    window history as (partition by order_events.order_id order by order_events.id)
  ) as step
  left join public.orders on orders.id = step.order_id
  where step.from_status is distinct from step.previous_status
    or (step.is_last and step.to_status is distinct from orders.status);

  return query
  select 'history_exists', orders.id::text, orders.status
  from public.orders
  where not exists (
    select from public.order_events where order_events.order_id = orders.id and order_events.kind = 'status'
  );

  return query
  select 'numbers_have_no_gap', numbered.store_id::text,
    format('%s numbers, highest %s, counter %s', numbered.given, numbered.highest, order_numbers.last_number)
  from (
    select orders.store_id, count(orders.number) as given, max(orders.number) as highest, min(orders.number) as lowest
    from public.orders
    where orders.number is not null
    group by orders.store_id
  ) as numbered
  left join private.order_numbers on order_numbers.store_id = numbered.store_id
  where numbered.given <> numbered.highest
    or numbered.lowest <> 1
    or order_numbers.last_number is distinct from numbered.highest;

  return query
  select 'confirmed_is_announced', orders.id::text, orders.status
  from public.orders
  where orders.confirmed_at > now() - interval '7 days'
    and orders.confirmed_at >= (select min(outbox.created_at) from private.outbox)
    and not exists (
      select from private.outbox
      where outbox.template = 'order_placed_store' and outbox.payload ->> 'order_id' = orders.id::text
    );

  return query
  select 'conversation_equals_messages', conversations.id::text,
    format(
      'last %s = %s + %s; messages %s, highest %s, of the customer %s', conversations.last_seq,
      conversations.customer_count, conversations.store_count, coalesce(said.count, 0), said.highest,
      coalesce(said.of_customer, 0)
    )
  from public.conversations
  left join (
    select
      numbered.conversation_id, count(*) as count, max(numbered.seq) as highest,
      count(*) filter (where numbered.side = 'customer') as of_customer,
      bool_and(numbered.side_seq = numbered.position) as is_counted
    from (
      select
        messages.conversation_id, messages.seq, messages.side, messages.side_seq,
        row_number() over (partition by messages.conversation_id, messages.side order by messages.seq) as position
      from public.messages
    ) as numbered
    group by numbered.conversation_id
  ) as said on said.conversation_id = conversations.id
  where (conversations.last_seq, conversations.last_seq, conversations.customer_count, true) is distinct from (
    coalesce(said.count, 0)::integer, coalesce(said.highest, 0), coalesce(said.of_customer, 0)::integer,
    coalesce(said.is_counted, true)
  );

  return query
  select 'read_equals_recount', pointer.conversation_id::text,
    format('%s has read %s of the other side up to %s, and there are %s', pointer.who, pointer.read_count,
      pointer.read_seq, behind.count)
  from (
    select
      conversations.id as conversation_id, 'the customer' as who, 'store' as other_side,
      conversations.customer_read_seq as read_seq, conversations.customer_read_count as read_count,
      conversations.last_seq
    from public.conversations
    union all
    select
      conversations.id, 'the store', 'customer', conversations.store_read_seq, conversations.store_read_count,
      conversations.last_seq
    from public.conversations
    union all
    select
      conversation_reads.conversation_id, conversation_reads.user_id::text, 'customer', conversation_reads.read_seq,
      conversation_reads.read_count,
      -- Nobody of a store has read further than the store.
      conversations.store_read_seq
    from private.conversation_reads
    join public.conversations on conversations.id = conversation_reads.conversation_id
  ) as pointer
  cross join lateral (
    select count(*) as count
    from public.messages
    where messages.conversation_id = pointer.conversation_id
      and messages.seq <= pointer.read_seq
      and messages.side = pointer.other_side
  ) as behind
  where pointer.read_count <> behind.count or pointer.read_seq > pointer.last_seq;

  return query
  select 'conversation_fits_subject', conversations.id::text,
    format('%s %s', conversations.subject_type, conversations.subject_id)
  from public.conversations
  where (
      conversations.subject_type = 'product'
      and not exists (
        select from public.products
        where products.id = conversations.subject_id and products.store_id = conversations.store_id
      )
    )
    or (
      conversations.subject_type = 'order'
      and not exists (
        select from public.orders
        where orders.id = conversations.subject_id
          and orders.store_id = conversations.store_id
          and orders.customer_id is not distinct from conversations.customer_id
      )
    )
    or (
      conversations.subject_type = 'booking'
      and not exists (
        select from public.bookings
        where bookings.id = conversations.subject_id
          and bookings.store_id = conversations.store_id
          and bookings.customer_id is not distinct from conversations.customer_id
      )
    );

  return query
  select 'attachment_is_of_its_conversation', messages.conversation_id::text, file.path
  from public.messages
  cross join lateral (
    select attached.value ->> 'path' as path from jsonb_array_elements(messages.attachments) as attached (value)
  ) as file
  where messages.attachments <> '[]'
    and (
      coalesce(file.path not like messages.conversation_id || '/%', true)
      or exists (select from private.discarded_attachments where discarded_attachments.path = file.path)
    );

  return query
  select 'attachment_is_sent_once', min(messages.conversation_id::text), attached.value ->> 'path'
  from public.messages
  cross join lateral jsonb_array_elements(messages.attachments) as attached (value)
  where messages.attachments <> '[]'
  group by attached.value ->> 'path'
  having count(*) > 1;

  return query
  select 'session_equals_bookings', sessions.id::text,
    format('%s with %s seats, bookings %s until %s', sessions.status, sessions.taken, part.taken, part.blocks_until)
  from public.booking_sessions as sessions
  cross join lateral (
    select
      coalesce(sum(bookings.party_size), 0) as taken, max(bookings.blocks_until) as blocks_until,
      coalesce(bool_and(
        (bookings.starts_at, bookings.ends_at, bookings.staff_id, bookings.service_id, bookings.store_id)
          = (lower(sessions.period), upper(sessions.period), sessions.staff_id, sessions.service_id, sessions.store_id)
      ), true) as is_consistent
    from public.bookings
    where bookings.session_id = sessions.id and bookings.blocks_until is not null
  ) as part
  where not part.is_consistent
    or sessions.taken <> part.taken
    or sessions.status <> case
      when part.blocks_until is null then 'released' when part.blocks_until = 'infinity' then 'active' else 'held'
    end
    or (sessions.status = 'held' and sessions.hold_expires_at <> part.blocks_until);

  return query
  select 'sessions_never_overlap', one.id::text, format('and %s', other.id)
  from public.booking_sessions as one
  join public.booking_sessions as other
    on other.staff_id = one.staff_id and other.busy && one.busy and other.id > one.id
  where one.status in ('held', 'active') and other.status in ('held', 'active');

  return query
  select 'days_equal_sessions', days.staff_id::text,
  format('%s: %s, sessions %s', days.utc_day, days.busy, days.sessions)
  from (
    select
      coalesce(kept.staff_id, taken.staff_id) as staff_id, coalesce(kept.utc_day, taken.utc_day) as utc_day,
      kept.busy, coalesce(taken.busy, '{}') as sessions
    from private.staff_days as kept
    full join (
      select
        sessions.staff_id, day::date as utc_day,
        range_agg(
          sessions.busy * tstzrange(day at time zone 'UTC', (day + interval '1 day') at time zone 'UTC')
        ) as busy
      from public.booking_sessions as sessions
      cross join lateral generate_series(
        date_trunc('day', lower(sessions.busy) at time zone 'UTC'),
        (upper(sessions.busy) - interval '1 microsecond') at time zone 'UTC',
        interval '1 day'
      ) as day
      where sessions.status = 'active'
      group by 1, 2
    ) as taken on taken.staff_id = kept.staff_id and taken.utc_day = kept.utc_day
  ) as days
  where days.busy is distinct from days.sessions;

  return query
  select 'hold_ends_in_time', bookings.id::text, format('%s until %s', bookings.status, bookings.blocks_until)
  from public.bookings
  where bookings.status in ('held', 'requested') and bookings.blocks_until < private.clock() - interval '15 minutes';

  return query
  select 'booking_fits_checkout', bookings.id::text,
    format(
      '%s, paid %s of %s, checkout %s',
      bookings.status, bookings.paid_amount, bookings.deposit_amount, checkouts.status
    )
  from public.bookings
  left join public.checkouts on checkouts.id = bookings.checkout_id
  where (bookings.deposit_amount = 0 and checkouts.id is not null)
    or (bookings.deposit_amount > 0 and checkouts.id is null and not exists (
      select from public.waiting_list where waiting_list.offered_booking_id = bookings.id
    ))
    or (checkouts.status = 'pending') <> (bookings.status = 'held')
    or checkouts.total_amount <> bookings.deposit_amount
    or checkouts.currency <> bookings.currency
    or (
      bookings.status in ('requested', 'confirmed', 'completed', 'no_show')
      and bookings.paid_amount <> bookings.deposit_amount
    )
    or (
      bookings.paid_amount > 0 and bookings.status in ('cancelled', 'declined', 'expired')
      and bookings.refund_amount is null
    );

  return query
  select 'told_is_registered', told.kind, format('%s messages', count(*))
  from (
    select notifications.kind from public.notifications
    union all
    select outbox.kind from private.outbox
  ) as told
  where not exists (select from public.notification_kinds where notification_kinds.kind = told.kind)
  group by told.kind;

  return query
  select 'answer_exists', idempotency_keys.key, idempotency_keys.response ->> 'checkout_id'
  from private.idempotency_keys
  where idempotency_keys.verb = 'checkout'
    and not exists (
      select from public.checkouts
      where checkouts.id = (idempotency_keys.response ->> 'checkout_id')::uuid
        -- A customer who deleted the account has left orders behind that name nobody.
        and coalesce(checkouts.user_id = idempotency_keys.actor, true)
    );

  return query
  select 'ratings_equal_reviews', format('%s %s', bars.subject_type, bars.subject_id),
    format('totals %s, reviews %s', bars.totals, bars.reviews)
  from (
    select
      coalesce(rating_totals.subject_type, counted.subject_type) as subject_type,
      coalesce(rating_totals.subject_id, counted.subject_id) as subject_id,
      array[
        rating_totals.stars_1, rating_totals.stars_2, rating_totals.stars_3, rating_totals.stars_4,
        rating_totals.stars_5
      ] as totals,
      coalesce(counted.stars, '{0,0,0,0,0}') as reviews
    from public.rating_totals
    full join (
      select reviews.subject_type, reviews.subject_id,
        array[
          count(*) filter (where reviews.rating = 1), count(*) filter (where reviews.rating = 2),
          count(*) filter (where reviews.rating = 3), count(*) filter (where reviews.rating = 4),
          count(*) filter (where reviews.rating = 5)
        ]::integer[] as stars
      from public.reviews
      where reviews.status = 'visible'
      group by reviews.subject_type, reviews.subject_id
    ) as counted
      on counted.subject_type = rating_totals.subject_type and counted.subject_id = rating_totals.subject_id
  ) as bars
  where bars.totals is distinct from bars.reviews;

  return query
  select 'product_rated_as_its_totals', products.id::text,
    format('product %s, totals %s', products.rating_average, rating_totals.rating_average)
  from public.products
  left join public.rating_totals
    on rating_totals.subject_type = 'product' and rating_totals.subject_id = products.id
  where products.rating_average is distinct from rating_totals.rating_average
    or (
      products.rating_score <> case
        when rating_totals.rating_count > 0
          then private.rating_score(rating_totals.rating_count, rating_totals.rating_sum)
        else 0
      end
      and not exists (select from private.rescoring)
    );

  return query
  select 'review_has_its_purchase', reviews.id::text,
    format('%s of order line %s, booking %s', reviews.subject_type, reviews.order_line_id, reviews.booking_id)
  from public.reviews
  left join public.order_lines on order_lines.id = reviews.order_line_id
  left join public.orders on orders.id = order_lines.order_id
  left join public.bookings on bookings.id = reviews.booking_id
  where coalesce(orders.status, bookings.status) not in ('delivered', 'received', 'completed')
    or coalesce(orders.store_id, bookings.store_id) <> reviews.store_id
    -- An account that was deleted is named by neither.
    or coalesce(orders.customer_id, bookings.customer_id) is distinct from reviews.author_id
    or reviews.subject_id is distinct from case reviews.subject_type
      when 'product' then order_lines.product_id when 'service' then bookings.service_id else reviews.store_id
    end;

  return query
  select 'votes_equal_counts', reviews.id::text,
    format('counted %s and %s, votes %s and %s', reviews.helpful_count, reviews.unhelpful_count, votes.up, votes.down)
  from public.reviews
  left join (
    select review_votes.review_id, count(*) filter (where review_votes.value = 1) as up,
      count(*) filter (where review_votes.value = -1) as down
    from public.review_votes
    group by review_votes.review_id
  ) as votes on votes.review_id = reviews.id
  where reviews.helpful_count <> coalesce(votes.up, 0) or reviews.unhelpful_count <> coalesce(votes.down, 0);

  return query
  select 'hidden_review_was_judged', reviews.id::text, format('%s, decided: %s', reviews.status, decision.action)
  from public.reviews
  left join lateral (
    select moderation_decisions.action
    from public.moderation_decisions
    where moderation_decisions.review_id = reviews.id and moderation_decisions.action <> 'keep'
    order by moderation_decisions.id desc
    limit 1
  ) as decision on true
  where (reviews.status = 'hidden') <> coalesce(decision.action = 'hide', false);

  return query
  select 'shown_as_its_review', part.review_id::text, part.kind
  from (
    select 'photo' as kind, review_media.review_id, review_media.is_visible from public.review_media
    union all
    select 'reply', review_replies.review_id, review_replies.is_visible from public.review_replies
  ) as part
  join public.reviews on reviews.id = part.review_id
  where part.is_visible <> (reviews.status = 'visible');

  return query
  select * from private.check_ledger();
end;
$$;
comment on function private.check_invariants() is
  'One row for everything that must never be: stock and ledger, reservations, totals, payments and refunds, coupon '
  'uses, histories, numbers, messages, calendars, ratings and reviews. Empty is healthy.';
grant execute on function private.check_invariants() to service_role;

create or replace function public.check_invariants() returns table (rule text, subject text, detail text)
language sql stable security invoker
set search_path = ''
as $$ select * from private.check_invariants(); $$;
comment on function public.check_invariants() is
  'Service only. The operator''s probe: one row per violated invariant. Reads whole tables; run it when the shop '
  'is quiet, or on a copy.';
grant execute on function public.check_invariants() to service_role;
