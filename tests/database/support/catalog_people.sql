-- The people of the catalog's tests.
insert into auth.users (id, phone, phone_confirmed_at, email, email_confirmed_at, raw_user_meta_data, is_anonymous)
values
  ('a0000000-0000-4000-8000-000000000001', '919100000001', now(), null, null, '{"full_name": " Asha   Rao "}', false),
  ('a0000000-0000-4000-8000-000000000002', '919100000002', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000003', '919100000003', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000004', '919100000004', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000005', null, null, 'cara@catalog.example', now(), '{}', false),
  ('a0000000-0000-4000-8000-000000000006', '919100000006', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000007', null, null, null, null, '{}', true);
insert into private.platform_admins (user_id) values ('a0000000-0000-4000-8000-000000000006');
insert into actors values
  ('visitor', 'anon', null),
  ('owner', 'authenticated', 'a0000000-0000-4000-8000-000000000001'),
  ('manager', 'authenticated', 'a0000000-0000-4000-8000-000000000002'),
  ('staff', 'authenticated', 'a0000000-0000-4000-8000-000000000003'),
  ('other owner', 'authenticated', 'a0000000-0000-4000-8000-000000000004'),
  ('customer', 'authenticated', 'a0000000-0000-4000-8000-000000000005'),
  ('admin', 'authenticated', 'a0000000-0000-4000-8000-000000000006'),
  ('guest account', 'authenticated', 'a0000000-0000-4000-8000-000000000007'),
  ('service', 'service_role', null);
insert into ids select 'user ' || actors.name, actors.user_id::text from actors where actors.user_id is not null;
