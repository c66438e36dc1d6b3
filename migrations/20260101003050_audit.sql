-- Which changes are kept for ever: prices, roles, statuses, links. Stock is audited by the verbs that set it, and every piece is
-- in the ledger.
create trigger _900_audit
  after update on public.product_variants
  for each row
  when ((old.mrp_amount, old.price_amount, old.is_active) is distinct from (new.mrp_amount, new.price_amount, new.is_active))
  execute function private.tg__audit('mrp_amount', 'price_amount', 'is_active');

create trigger _900_audit
  after update on public.products
  for each row
  when ((old.status, old.deleted_at) is distinct from (new.status, new.deleted_at))
  execute function private.tg__audit('status', 'deleted_at');

create trigger _900_audit
  after update on public.stores
  for each row
  when (
    (old.status, old.slug, old.owner_id, old.currency, old.is_tax_inclusive, old.tax_rate_bps)
      is distinct from (new.status, new.slug, new.owner_id, new.currency, new.is_tax_inclusive, new.tax_rate_bps)
  )
  execute function private.tg__audit('status', 'slug', 'owner_id', 'currency', 'is_tax_inclusive', 'tax_rate_bps');

create trigger _900_audit
  after insert or update or delete on public.store_members
  for each row execute function private.tg__audit('role');

create trigger _900_audit
  after insert or update or delete on public.discounts
  for each row execute function private.tg__audit(
    'product_id', 'category_id', 'kind', 'percent_bps', 'amount', 'starts_at', 'ends_at', 'is_stackable', 'is_active', 'funded_by'
  );

create trigger _900_audit
  after insert or delete on private.platform_admins
  for each row execute function private.tg__audit('user_id');
