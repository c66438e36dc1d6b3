-- public.dispute_evidence: what a store says to a customer's bank. Another store of the same payment need not know.
-- `array[store_id, <nil UUID>] && my_scopes(…)`: owner or manager, or platform admin (policies/README.md).
drop policy if exists dispute_evidence_select_authenticated on public.dispute_evidence;
create policy dispute_evidence_select_authenticated on public.dispute_evidence
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy dispute_evidence_select_authenticated on public.dispute_evidence is
  'Owners and managers see those of their stores, platform admins all.';
