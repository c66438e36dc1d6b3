-- Two stores: Asha's with a manager and staff, and a competitor's.
do $$
begin
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.create_store(
        name => 'Tap Tea House', line1 => '1 Leaf Road', city => 'Pune', country_code => 'IN', postal_code => '411001',
        currency => 'INR'
      )
    $s$
  );
  perform pg_temp.attempt(
    'other owner',
    $s$
      select public.create_store(
        name => 'Tap Rival', line1 => '2 Leaf Road', city => 'Pune', country_code => 'IN', postal_code => '411001',
        currency => 'INR'
      )
    $s$
  );
  perform pg_temp.remember('store', $s$select id from public.stores where slug = 'tap-tea-house'$s$);
  perform pg_temp.remember('rival', $s$select id from public.stores where slug = 'tap-rival'$s$);
  insert into public.store_members (store_id, user_id, role)
  select ids.value::uuid, 'a0000000-0000-4000-8000-000000000002'::uuid, 'manager' from ids where ids.name = 'store'
  union all
  select ids.value::uuid, 'a0000000-0000-4000-8000-000000000003', 'staff' from ids where ids.name = 'store';
end;
$$;
