-- Double entry: every movement of money is a posting, whose entries sum to zero in each currency. + is a debit (what
-- we have, or are owed), - a credit (what we owe, or have earned). Append-only: a mistake is corrected by another
-- posting. A store's accounts carry a running balance, because they are read and decided on all the time; the
-- marketplace's own do not, because one row that every sale writes would make sales wait for each other.
create table private.ledger_accounts (
  id bigint primary key generated always as identity,
  kind text not null,
  store_id uuid references public.stores (id) on delete restrict,
  currency text not null references public.currencies (code) on delete restrict,
  balance bigint not null default 0,
  entry_count bigint not null default 0,
  booked_at timestamptz,
  constraint ledger_accounts_kind_check check (
    kind in (
      'provider', 'commission', 'fees', 'discounts', 'disputed', 'dispute_costs', 'unallocated', 'adjustments',
      'wallets', 'store', 'cash', 'wallet'
    )
  ),
  constraint ledger_accounts_store_id_check check ((store_id is not null) = (kind in ('store', 'cash', 'wallet'))),
  constraint ledger_accounts_kind_store_id_currency_key unique nulls not distinct (kind, store_id, currency),
  constraint ledger_accounts_entry_count_check check (entry_count >= 0 and (store_id is not null or entry_count = 0))
) with (fillfactor = 50);
create index ledger_accounts_store_id_idx on private.ledger_accounts (store_id);
create index ledger_accounts_currency_idx on private.ledger_accounts (currency);
alter table private.ledger_accounts enable row level security;

comment on table private.ledger_accounts is
  'Accounts of the ledger, one of each kind for every currency, and for every store that sells in it. A store''s '
  'account `store` is locked by whoever changes what that store is owed.';
comment on column private.ledger_accounts.kind is
  'provider: our balance at the payment provider. store: what we owe a store (negative) or it owes us. commission: '
  'earned. fees: of the provider. discounts: those that the marketplace bears. disputed: taken by banks, undecided. '
  'dispute_costs: fees of disputes, and what no order could bear. unallocated: paid, and there is no order any more. '
  'cash: in a store''s till. wallet: what a store has at the provider; wallets: the same of all stores, the other '
  'side. adjustments: corrections by hand.';
comment on column private.ledger_accounts.balance is
  'Of a store''s account: the sum of its entries, in minor units. The marketplace''s own accounts keep 0 here.';
comment on column private.ledger_accounts.entry_count is
  'Of a store''s account: how many entries it has; each carries its number.';
comment on column private.ledger_accounts.booked_at is 'Of a store''s account: when its last entry was written.';

insert into private.ledger_accounts (kind, currency)
select account.kind, currencies.code
from public.currencies
cross join unnest(array[
  'provider', 'commission', 'fees', 'discounts', 'disputed', 'dispute_costs', 'unallocated', 'adjustments', 'wallets'
]) as account (kind);

create table private.ledger_postings (
  id uuid primary key default private.uuid_v7(),
  kind text not null,
  cause_id uuid not null,
  part bigint not null default 0,
  order_id uuid,
  note text,
  created_at timestamptz not null default now(),
  constraint ledger_postings_kind_check check (
    kind in (
      'sale', 'cash_sale', 'cash_kept', 'commission', 'fee', 'refund', 'refund_cut', 'refund_returned',
      'cancellation', 'late_payment', 'transfer', 'reversal', 'dispute', 'dispute_fee', 'dispute_excess', 'dispute_won',
      'dispute_excess_returned', 'payout', 'payout_returned', 'correction'
    )
  ),
  constraint ledger_postings_kind_cause_id_part_key unique (kind, cause_id, part),
  constraint ledger_postings_part_check check (part = 0 or kind = 'refund_cut'),
  constraint ledger_postings_note_check check (note <> '' and private.is_prose(note, 1000))
);
create index ledger_postings_order_id_idx on private.ledger_postings (order_id) where order_id is not null;
alter table private.ledger_postings enable row level security;

comment on table private.ledger_postings is
  'Movements of money, each written once, in the transaction of the fact that caused it. Append-only.';
comment on column private.ledger_postings.cause_id is
  'The order, payment, refund, transfer, reversal, dispute or payout that caused it, by the kind; of a correction, its '
  'own. No foreign key: the ledger outlives what it is about.';
comment on column private.ledger_postings.part is
  'A refund may be cut several times before it is sent: what was left of it, in minor units. Otherwise 0.';
comment on column private.ledger_postings.note is 'Why, in the words of the person who corrected.';

create table private.ledger_entries (
  posting_id uuid not null references private.ledger_postings (id) on delete restrict,
  position smallint not null,
  account_id bigint not null,
  currency text not null,
  amount bigint not null,
  number bigint,
  balance bigint,
  booked_at timestamptz,
  constraint ledger_entries_pkey primary key (posting_id, position),
  constraint ledger_entries_account_id_number_key unique (account_id, number),
  constraint ledger_entries_amount_check check (amount <> 0),
  constraint ledger_entries_number_check check (
    number > 0 and (number is null) = (balance is null) and (number is null) = (booked_at is null)
  )
);
alter table private.ledger_entries enable row level security;

comment on table private.ledger_entries is
  'The entries of a posting; in each currency they sum to zero. Append-only.';
comment on column private.ledger_entries.account_id is
  'No foreign key: it would lock the row of an account that every sale writes to. The check of the sum, at the end '
  'of the transaction, looks whether the account exists and has this currency.';
comment on column private.ledger_entries.amount is 'In minor units; + is a debit, - a credit.';
comment on column private.ledger_entries.number is
  'Of a store''s account: counted from 1, without gaps, in the order in which its entries were committed.';
comment on column private.ledger_entries.balance is 'Of a store''s account: its balance after this entry.';
comment on column private.ledger_entries.booked_at is
  'Of a store''s account: when, by the clock, after the account was locked; so it never runs backwards.';

-- What a function hands to private.post: one entry, with the posting it belongs to.
create type private.ledger_draft as (
  kind text,
  cause_id uuid,
  part bigint,
  order_id uuid,
  account text,
  store_id uuid,
  currency text,
  amount bigint,
  note text
);
comment on type private.ledger_draft is
  'An entry that is to be written: entries with the same kind, cause_id and part are one posting. account: a kind of '
  'account; store_id is null for the marketplace''s own.';
