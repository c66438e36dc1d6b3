-- public.store_invitations: owner and managers see and withdraw invitations. Made and accepted by functions.
drop policy if exists store_invitations_select on public.store_invitations;
create policy store_invitations_select on public.store_invitations
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes(array['owner', 'manager'])), false)
  );
comment on policy store_invitations_select on public.store_invitations is
  'Invitations to the stores you manage.';

drop policy if exists store_invitations_delete on public.store_invitations;
create policy store_invitations_delete on public.store_invitations
  for delete to authenticated
  using (
    accepted_at is null
    and array[store_id] && (select private.my_scopes(array['owner', 'manager']))
  );
comment on policy store_invitations_delete on public.store_invitations is
  'An invitation that was not accepted may be withdrawn.';
