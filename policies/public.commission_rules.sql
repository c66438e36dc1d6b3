-- public.commission_rules: what the marketplace keeps is no secret to sellers; what it agreed with one store is.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists commission_rules_select_authenticated on public.commission_rules;
create policy commission_rules_select_authenticated on public.commission_rules
  for select to authenticated
  using (
    store_id is null
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy commission_rules_select_authenticated on public.commission_rules is
  'Everybody sees the rules for everything and for categories, members those of their stores, platform admins all.';
