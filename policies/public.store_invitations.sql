-- public.store_invitations: owner and managers see and withdraw invitations. Made and accepted by functions.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists store_invitations_select_authenticated on public.store_invitations;
create policy store_invitations_select_authenticated on public.store_invitations
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy store_invitations_select_authenticated on public.store_invitations is
  'Owners and managers see the invitations to their stores, platform admins all.';

drop policy if exists store_invitations_delete_authenticated on public.store_invitations;
create policy store_invitations_delete_authenticated on public.store_invitations
  for delete to authenticated
  using (
    accepted_at is null
    and array[store_id] && (select private.my_scopes(array['owner', 'manager']))
  );
comment on policy store_invitations_delete_authenticated on public.store_invitations is
  'Owners and managers withdraw invitations that were not accepted.';
