-- People. All of them sign in with the password `marketbase1`, or with a one-time code that the inbox page shows.
-- Phones are of the range kept for fiction (+1 202 555 01xx); e-mail addresses end in .example, so nothing can leave.
with people (number, phone, email, full_name) as (
  values
    ( 1, '12025550100', 'admin@marketbase.example',   'Ada Admin'),
    ( 2, '12025550101', 'willow@marketbase.example',  'Iris Willow'),
    ( 3, '12025550102', 'kitab@marketbase.example',   'Rohan Mehta'),
    ( 4, '12025550103', 'cycles@marketbase.example',  'Jonas Berg'),
    ( 5, '12025550104', 'garden@marketbase.example',  'Thea Green'),
    ( 6, '12025550105', 'coffee@marketbase.example',  'Samira Haddad'),
    ( 7, '12025550106', 'ceramics@marketbase.example','Noor Kline'),
    ( 8, '12025550107', 'staff@marketbase.example',   'Pip Larsen'),
    (21, '12025550121', 'maya@marketbase.example',    'Maya Brooks'),
    (22, '12025550122', 'leo@marketbase.example',     'Leo Castillo'),
    (23, '12025550123', 'anika@marketbase.example',   'Anika Rao'),
    (24, '12025550124', 'tom@marketbase.example',     'Tom Whitaker'),
    (25, '12025550125', 'yuki@marketbase.example',    'Yuki Tanaka'),
    (26, '12025550126', 'zoe@marketbase.example',     'Zoë Martin')
),
people_with_ids as (
  select ('5eed0001-0000-7000-8000-' || lpad(people.number::text, 12, '0'))::uuid as id, people.*
  from people
),
created as (
  insert into auth.users (
    instance_id, id, aud, role, email, phone, encrypted_password, email_confirmed_at, phone_confirmed_at,
    raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
    confirmation_token, recovery_token, email_change_token_new, email_change
  )
  select
    '00000000-0000-0000-0000-000000000000', people_with_ids.id, 'authenticated', 'authenticated',
    people_with_ids.email, people_with_ids.phone,
    extensions.crypt('marketbase1', extensions.gen_salt('bf')), now() - interval '90 days', now() - interval '90 days',
    '{"provider": "phone", "providers": ["phone", "email"]}',
    jsonb_build_object('full_name', people_with_ids.full_name), now() - interval '90 days', now() - interval '90 days',
    '', '', '', ''
  from people_with_ids
  returning users.id, users.email, users.phone
)
insert into auth.identities (provider_id, user_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
select
  created.id::text, created.id, identity.provider,
  jsonb_build_object('sub', created.id, 'email', created.email, 'phone', created.phone,
    'email_verified', true, 'phone_verified', true),
  now() - interval '1 day', now() - interval '90 days', now() - interval '90 days'
from created
cross join (values ('email'), ('phone')) as identity (provider);

insert into private.platform_admins (user_id) values ('5eed0001-0000-7000-8000-000000000001');
