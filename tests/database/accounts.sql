-- Profiles made by Auth's triggers, and addresses.
begin;
set local search_path = public, extensions;
select plan(48);
-- include: actors, catalog_people

-- The profile
select is(
  (select full_name from profiles where id = 'a0000000-0000-4000-8000-000000000001'), 'Asha Rao',
  'a new user has a profile, with the name typed at registration, tidied'
);
select is(
  (select phone from profiles where id = 'a0000000-0000-4000-8000-000000000001'), '+919100000001',
  'a confirmed phone is copied in E.164'
);
select is(
  (select email from profiles where id = 'a0000000-0000-4000-8000-000000000005'), 'cara@catalog.example',
  'a confirmed e-mail address is copied'
);
insert into auth.users (id, email) values ('a0000000-0000-4000-8000-000000000008', 'unproven@catalog.example');
select is(
  (select email from profiles where id = 'a0000000-0000-4000-8000-000000000008'), null,
  'an unconfirmed e-mail address is not copied to the profile'
);
update auth.users set email_confirmed_at = now() where id = 'a0000000-0000-4000-8000-000000000008';
select is(
  (select email from profiles where id = 'a0000000-0000-4000-8000-000000000008'), 'unproven@catalog.example',
  'an e-mail address is copied to the profile once it is confirmed'
);
update auth.users set phone = '919100000099', phone_confirmed_at = now()
where id = 'a0000000-0000-4000-8000-000000000008';
select is(
  (select phone from profiles where id = 'a0000000-0000-4000-8000-000000000008'), '+919100000099',
  'a changed phone is copied to the profile'
);
select throws_ok(
  $$insert into auth.users (id, phone, phone_confirmed_at) values (gen_random_uuid(), '919100000099', now())$$, '23505',
  null, 'a customer is one per phone'
);
insert into auth.users (id, raw_user_meta_data)
values (
  'a0000000-0000-4000-8000-000000000009',
  jsonb_build_object('full_name', repeat('x', 5000) || E'\u202e', 'role', 'admin')
);
select is(
  (select length(full_name) from profiles where id = 'a0000000-0000-4000-8000-000000000009'), 120,
  'no name, however long, stops a registration'
);
select is(pg_temp.attempt('customer', $$select * from profiles$$), '1', 'a customer sees her own profile only');
select is(pg_temp.attempt('visitor', $$select * from profiles$$), '42501', 'a visitor sees no profile');
select is(
  pg_temp.attempt('admin', $$select * from profiles where id = {user customer}$$), '1', 'an admin sees every profile'
);
select is(
  pg_temp.attempt('customer', $$update profiles set full_name = 'Cara', locale = 'pt-BR' where id = {user customer}$$),
  '1', 'a customer edits her name and language'
);
select is(
  pg_temp.attempt('customer', $$update profiles set full_name = 'Hacked' where id = {user owner}$$), '0',
  'a customer edits nobody else''s profile'
);
select is(
  pg_temp.attempt('customer', $$update profiles set full_name = 'Everyone'$$), '1',
  'an update without a filter reaches her own row only'
);
select is(
  pg_temp.attempt('customer', $$update profiles set phone = '+15550001111'$$), '42501',
  'a customer''s phone cannot be changed in the profile'
);
select is(
  pg_temp.attempt('customer', $$update profiles set id = gen_random_uuid()$$), '42501',
  'a profile cannot be moved to another user'
);
select is(
  pg_temp.attempt('customer', $$update profiles set avatar_path = {user owner} || '/a.png'$$), 'PT422 invalid_value',
  'a customer''s picture lies in her own folder'
);
select is(
  pg_temp.attempt('customer', $$update profiles set avatar_path = {user customer} || '/../x.png'$$),
  'PT422 invalid_value', 'the path of a customer''s picture does not climb out of her folder'
);
select is(
  pg_temp.attempt('customer', $$update profiles set full_name = E'evil\u202Ename'$$), 'PT422 invalid_value',
  'a name that turns the direction of text is refused'
);
select is(
  pg_temp.attempt('customer', $$insert into profiles (id) values (gen_random_uuid())$$), '42501',
  'clients insert no profile'
);
select is(pg_temp.attempt('customer', $$delete from profiles$$), '42501', 'clients delete no profile');

-- Addresses
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (recipient_name, line1, city, postal_code, country_code)
      values ('Cara', '1 Road', 'Pune', '411001', 'IN')
    $$
  ),
  '1', 'a customer adds an address'
);
select is(
  (select is_default from addresses where user_id = 'a0000000-0000-4000-8000-000000000005'), true,
  'the first address becomes the default'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (recipient_name, line1, city, postal_code, country_code, is_default)
      values ('Cara', '2 Road', 'Pune', '411001', 'IN', true)
    $$
  ),
  '1', 'a customer adds another address as the default'
);
select is(
  (select array_agg(line1) from addresses where user_id = 'a0000000-0000-4000-8000-000000000005' and is_default),
  array['2 Road'], 'a new default address takes it from the first one'
);
select is(
  pg_temp.attempt('customer', $$update addresses set is_default = true where line1 = '1 Road'$$), '1',
  'the default can be moved'
);
select is(
  (select array_agg(line1) from addresses where user_id = 'a0000000-0000-4000-8000-000000000005' and is_default),
  array['1 Road'], 'there is one default address after it was moved'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (recipient_name, line1, city, postal_code, country_code)
      values ('Cara', '1 Road', 'Pune', '411001', 'ZZ')
    $$
  ),
  'PT422 unknown_reference', 'an unknown country is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$insert into addresses (recipient_name, line1, city, country_code) values ('Cara', '1 Road', 'Pune', 'IN')$$
  ),
  'PT422 postal_code_required', 'an address without a postal code is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$insert into addresses (recipient_name, line1, city, country_code) values ('Cara', '1 Road', 'Dubai', 'AE')$$
  ),
  '1', 'an address needs no postal code in a country without them'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (recipient_name, line1, city, postal_code, country_code)
      values ('Cara', repeat('x', 300), 'Pune', '411001', 'IN')
    $$
  ),
  'PT422 invalid_value', 'an address with a line of 300 characters is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (recipient_name, line1, city, postal_code, country_code)
      values (' ', 'x', 'Pune', '411001', 'IN')
    $$
  ),
  'PT422 invalid_value', 'an address with a blank name is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (recipient_name, phone, line1, city, postal_code, country_code)
      values ('C', 'no phone', 'x', 'Pune', '411001', 'IN')
    $$
  ),
  'PT422 invalid_phone', 'an address with a phone that is no number is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (user_id, recipient_name, line1, city, postal_code, country_code)
      values ({user owner}, 'C', 'x', 'Pune', '411001', 'IN')
    $$
  ),
  '42501', 'nobody writes addresses for others'
);
-- Several at once: the answer says what is stored.
create temporary table written (line1 text, is_default boolean);
grant all on written to authenticated;
select is(
  pg_temp.attempt(
    'manager',
    $$
      with new as (
        insert into addresses (recipient_name, line1, city, country_code, is_default)
        values ('M', 'a', 'Dubai', 'AE', false),
        ('M', 'b', 'Dubai', 'AE', true), ('M', 'c', 'Dubai', 'AE', true) returning line1, is_default
      ) insert into written select *
      from new
    $$
  ),
  '3', 'three addresses can be added at once, two of them to be the default'
);
select is(
  (select array_agg(line1) from written where is_default), array['a'],
  'of several new default addresses the first one is it, and the answer says so'
);
select is(
  (select array_agg(line1) from addresses where user_id = 'a0000000-0000-4000-8000-000000000002' and is_default),
  array['a'], 'of several new default addresses the first one is it in the table, too'
);
select is(
  pg_temp.attempt(
    'manager',
    $$
      insert into addresses (recipient_name, line1, city, country_code, is_default)
      values ('M', 'd', 'Dubai', 'AE', false), ('M', 'e', 'Dubai', 'AE', true), ('M', 'f', 'Dubai', 'AE', true)
    $$
  ),
  '3', 'three more addresses can be added beside a default one'
);
select is(
  (select array_agg(line1) from addresses where user_id = 'a0000000-0000-4000-8000-000000000002' and is_default),
  array['e'], 'the first new address that asks for it takes the default from the former one'
);
delete from written;
select is(
  pg_temp.attempt(
    'manager',
    $$
      with changed as (update addresses set is_default = true returning line1, is_default) insert into written select *
      from changed
    $$
  ),
  '6', 'all addresses can be made the default by one update'
);
select is(
  (select array_agg(line1) from written where is_default),
  (select array_agg(line1) from addresses where user_id = 'a0000000-0000-4000-8000-000000000002' and is_default),
  'of addresses all made the default one is it, and the answer says which'
);
select is(
  (select count(*) from addresses where user_id = 'a0000000-0000-4000-8000-000000000002' and is_default)::integer, 1,
  'of addresses all made the default just one is it'
);
select is(
  pg_temp.attempt('manager', $$update addresses set is_default = false$$), '6', 'no address has to be the default'
);
select is(
  pg_temp.attempt('manager', $$update addresses set is_default = true where line1 = 'c'$$), '1',
  'an address can be made the default where none was'
);
set constraints all immediate;
set constraints all deferred;
select is(
  pg_temp.attempt('owner', $$select * from addresses where user_id = {user customer}$$), '0',
  'nobody else sees a customer''s addresses'
);
select is(pg_temp.attempt('owner', $$delete from addresses$$), '0', 'nobody else deletes a customer''s addresses');
select is(pg_temp.attempt('visitor', $$select * from addresses$$), '42501', 'a visitor has no addresses');
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into addresses (recipient_name, line1, city, country_code) select 'Cara', 'x' || n, 'Dubai', 'AE'
      from generate_series(1, 60) as n
    $$
  ),
  'PT422 too_many_addresses', 'the number of a customer''s addresses is bounded'
);

select * from finish();
rollback;
