-- Remembers the references that callers give with adjust_stock, so that a repeated delivery note counts once.
create table private.stock_adjustments (
  variant_id uuid not null references public.product_variants (id) on delete cascade,
  reference text not null,
  quantity integer not null,
  created_at timestamptz not null default now(),
  constraint stock_adjustments_pkey primary key (variant_id, reference),
  constraint stock_adjustments_reference_check check (private.is_line(reference, 100))
);
alter table private.stock_adjustments enable row level security;
comment on table private.stock_adjustments is
  'References that adjust_stock has applied already, with the quantity they were for.';
