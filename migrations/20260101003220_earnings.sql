-- What each sale has earned its store by now, and how much of that it has been sent: the open items beside the
-- ledger, from which transfers, reversals and balances follow.
create table private.earnings (
  id uuid primary key,
  order_id uuid references public.orders (id) on delete restrict,
  booking_id uuid references public.bookings (id) on delete restrict,
  payment_id uuid references public.payments (id) on delete restrict,
  store_id uuid not null references public.stores (id) on delete restrict,
  currency text not null,
  charged_amount bigint not null,
  earned_amount bigint not null,
  commission_amount bigint not null,
  discount_amount bigint not null,
  held_amount bigint not null default 0,
  transferring_amount bigint not null default 0,
  transferred_amount bigint not null default 0,
  release_at timestamptz,
  created_at timestamptz not null default now(),
  constraint earnings_source_check check (
    num_nonnulls(order_id, booking_id) = 1 and id = coalesce(order_id, booking_id)
  ),
  constraint earnings_amounts_check check (
    charged_amount >= 0 and commission_amount >= 0 and discount_amount >= 0 and held_amount >= 0
    and transferring_amount >= 0
    and transferred_amount >= 0
  )
) with (fillfactor = 80);
create unique index earnings_order_id_key on private.earnings (order_id);
create unique index earnings_booking_id_key on private.earnings (booking_id);
create index earnings_payment_id_idx on private.earnings (payment_id);
create index earnings_store_id_idx on private.earnings (store_id);
create index earnings_due_idx on private.earnings (store_id, currency, release_at)
  where earned_amount > transferred_amount;
alter table private.earnings enable row level security;

comment on table private.earnings is
  'What each paid order or booking has earned its store, and what of it was sent. Its amounts change only under the '
  'lock of the store''s account.';
comment on column private.earnings.id is 'The id of what was sold.';
comment on column private.earnings.charged_amount is 'What its customer paid for it by card.';
comment on column private.earnings.payment_id is 'The payment that paid for it; null when it cost nothing.';
comment on column private.earnings.earned_amount is
  'What we owe the store for it by now, transfers not counted: what is left of the price and of the marketplace''s '
  'discounts, less the kept commission. Of cash, which the store has, it is negative: the commission.';
comment on column private.earnings.commission_amount is 'What we keep by now: less than agreed after a refund.';
comment on column private.earnings.discount_amount is
  'What the marketplace bears of its price by now: less than agreed after a refund.';
comment on column private.earnings.held_amount is 'What of it the store loses if the open disputes are lost.';
comment on column private.earnings.transferring_amount is 'Transfers that were decided and not made yet.';
comment on column private.earnings.transferred_amount is 'Transfers that were made, less what was reversed.';
comment on column private.earnings.release_at is
  'From when it may be sent to the store: the hold days after delivery, or after the appointment, as set at that '
  'time. Null: not delivered yet.';

alter table private.settings
  add column payout_hold_days integer not null default 7,
  add constraint settings_payout_hold_days_check check (payout_hold_days between 0 and 180);
comment on column private.settings.payout_hold_days is
  'How many days after delivery, or after an appointment, a sale is sent to its store: the time in which customers '
  'send things back.';
