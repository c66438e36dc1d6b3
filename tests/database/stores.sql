-- Opening, finding, renaming and staffing stores.
begin;
set local search_path = public, extensions;
select plan(118);
-- include: actors, catalog_people, catalog_stores

-- Links
select is(private.slugify('Кафе «Ромашка»'), 'kafe-romashka', 'Cyrillic is transliterated');
select is(private.slugify('Αθήνα Καφέ'), 'athina-kafe', 'Greek is transliterated');
select is(private.slugify('रंगोली भंडार'), 'rangoli-bhandar', 'Devanagari is transliterated');
select is(
  private.slugify('தமிழ் கடை'), 'tamil-katai', 'Tamil is transliterated, by the common layout of the Indic scripts'
);
select is(private.slugify('서울 가게'), 'seoul-gage', 'Hangul is transliterated');
select is(private.slugify('さくら ショップ'), 'sakura-shiyopu', 'kana are transliterated');
select is(private.slugify('متجر سلام'), 'mtjr-slam', 'Arabic is transliterated, without its unwritten vowels');
select is(private.slugify('Smörgås & Çay  Köşkü!!'), 'smorgas-cay-kosku', 'Latin loses its accents');
select is(private.slugify('北京茶馆'), 'beijingchaguan', 'Chinese is transliterated as it is read in Mandarin');
select is(
  private.slugify('臺灣綠茶 Tea 24'), 'taiwanlucha-tea-24',
  'traditional characters are transliterated, next to Latin as well'
);
select is(
  (select count(*)::integer from jsonb_each_text(private.pinyin()) where key ~ '^[一-龥]$' and value ~ '^[a-z]{1,6}$'),
  9259, 'every character of the table of Chinese has one syllable'
);
select is(private.slugify('さくら茶屋'), 'sakurachawu', 'Chinese next to kana is transliterated');
select is(private.slugify('ร้านน้ำชา สวัสดี ๒๔'), 'rannamcha-swasdi-24', 'Thai is transliterated');
select is(private.slugify('ร้านกาแฟ'), 'rankafae', 'Thai vowels that are written first come where they are spoken');
select is(private.slugify('ຮ້ານນ້ຳ ວຽງຈັນ'), 'hannam-viangchan', 'Lao is transliterated');
select is(private.slugify('Երեւան Տուն և Սուրճ'), 'erevan-tun-ev-surch', 'Armenian is transliterated');
select is(
  private.slugify('ភ្នំពេញ កម្ពុជា'), 'phnompenh-kampucha', 'Khmer is transliterated, with its stacked consonants'
);
select is(private.slugify('မြန်မာ ကော်ဖီ'), 'myanma-kohpi', 'Burmese is transliterated');
select is(private.slugify('ኢትዮጵያ ቡና፡አበባ'), 'ityopya-buna-abeba', 'Ethiopic is transliterated');
select is(private.slugify('བོད་ཨ་མ'), 'bod-a-ma', 'Tibetan is transliterated, by its syllables');
select is(private.slugify('ශ්‍රී ලංකා තේ කොළඹ'), 'shri-lanka-te-kolamba', 'Sinhala is transliterated');
select is(private.slugify('ದೋಸೆ ಅಂಗಡಿ ಕನ್ನಡ'), 'dose-angadi-kannada', 'Kannada is transliterated, with its last vowel');
select is(private.slugify('पकोड़ा घर'), 'pakoda-ghar', 'Hindi is transliterated, without its last vowel');
select is(private.slugify('ދިވެހި'), 'dhivehi', 'Thaana is transliterated');
select is(private.slugify('ᠮᠣᠩᠭᠣᠯ'), 'monggol', 'Mongolian is transliterated');
select is(private.slugify('☕🍵'), null, 'a name that cannot be written in Latin letters gives no link');
select ok(length(private.slugify(repeat('long name ', 30), 48)) <= 48, 'a long link is cut');
select is(
  (select slug from stores where name = 'Tap Tea House'), 'tap-tea-house', 'a store gets its link from its name'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select create_store(
        name => 'TAP tea hóuse', line1 => 'x', city => 'Pune', country_code => 'IN', postal_code => '411001'
      )
    $$
  ),
  '1', 'a seller may open a second store of the same name'
);
select is(
  (select slug from stores where name = 'TAP tea hóuse'), 'tap-tea-house-2',
  'a second store of the same name gets another link'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select create_store(name => 'Admin', line1 => 'x', city => 'Pune', country_code => 'IN', postal_code => '411001')
    $$
  ),
  '1', 'a seller may name a store like a reserved word'
);
select is((select slug from stores where name = 'Admin'), 'admin-store', 'a reserved word does not become a link');
select is(
  pg_temp.attempt(
    'owner',
    $$select create_store(name => '☕🍵', line1 => 'x', city => 'Pune', country_code => 'IN', postal_code => '411001')$$
  ),
  '1', 'a seller may name a store without letters'
);
select matches(
  (select slug from stores where name = '☕🍵'), '^store-[a-z2-9]{6}$',
  'a store whose name has no letters gets a random link'
);
select is(
  (
    select count(*) from store_members where role = 'owner' and user_id = 'a0000000-0000-4000-8000-000000000001'
  )::integer,
  4, 'who opens a store owns it'
);

-- Bad input
select is(
  pg_temp.attempt('visitor', $$select create_store(name => 'X', line1 => 'x', city => 'x', country_code => 'IN')$$),
  'PT401 not_signed_in', 'a visitor cannot open a store'
);
select is(
  pg_temp.attempt(
    'guest account',
    $$select create_store(name => 'Xyz', line1 => 'x', city => 'x', country_code => 'IN', postal_code => '411001')$$
  ),
  'PT403 account_required', 'an anonymous session cannot open a store'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select create_store(name => E' \u200b ', line1 => 'x', city => 'x', country_code => 'IN', postal_code => '411001')
    $$
  ),
  'PT422 invalid_store_name', 'an invisible name of a store is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select create_store(
        name => repeat('x', 81), line1 => 'x', city => 'x', country_code => 'IN', postal_code => '411001'
      )
    $$
  ),
  'PT422 invalid_store_name', 'a long name of a store is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$select create_store(name => 'Xyz', line1 => '', city => 'x', country_code => 'IN', postal_code => '411001')$$
  ),
  'PT422 address_required', 'a store without an address is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$select create_store(name => 'Xyz', line1 => 'x', city => 'x', country_code => 'XX', postal_code => '411001')$$
  ),
  'PT422 unknown_country', 'a store in an unknown country is refused'
);
select is(
  pg_temp.attempt('owner', $$select create_store(name => 'Xyz', line1 => 'x', city => 'x', country_code => 'IN')$$),
  'PT422 postal_code_required', 'a store without its postal code is refused'
);
select is(
  pg_temp.attempt(
    'owner', $$select create_store(name => 'Xyz', line1 => 'x', city => 'x', country_code => 'AE', currency => 'XXX')$$
  ),
  'PT422 unknown_currency', 'a store in an unknown currency is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$select create_store(name => 'Xyz', line1 => 'x', city => 'x', country_code => 'AE', time_zone => 'UTC+3')$$
  ),
  'PT422 invalid_time_zone', 'a store with a time zone that is no IANA name is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$select create_store(name => 'Xyz', line1 => 'x', city => 'x', country_code => 'AE', time_zone => 'Mars/Olympus')$$
  ),
  'PT422 invalid_time_zone', 'a store with an unknown time zone is refused'
);
select is((select count(*) from store_links where slug like 'xyz%')::integer, 0, 'a refused store takes no link');

select is(
  pg_temp.attempt(
    'owner', $$select create_store(name => 'Xyz', line1 => 'x', city => 'x', country_code => 'AE', phone => '0171 1')$$
  ),
  'PT422 invalid_phone', 'a store with a phone that is none is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select create_store(
        name => 'Xyz', line1 => 'x', city => 'x', country_code => 'AE', email => E'a@b.example\r\nBcc: x@y.example'
      )
    $$
  ),
  'PT422 invalid_email', 'a store with a header in its e-mail address is refused'
);

-- Finding
select is(get_store_by_link('tap-tea-house') ->> 'name', 'Tap Tea House', 'a link leads to its store');
select is(
  get_store_by_link('https://shop.example/tap-tea-house/?utm=1') ->> 'name', 'Tap Tea House',
  'a whole address leads to its store'
);
select is(
  get_store_by_link('TAP-Tea-House') -> 'address' ->> 'city', 'Pune',
  'a link in any case leads to its store, with its address'
);
select is(
  pg_temp.attempt('visitor', $$select get_store_by_link('no-such-store')$$), 'PT404 store_not_found',
  'an unknown link leads nowhere'
);
select is(
  pg_temp.attempt('visitor', $$select get_store_by_link('')$$), 'PT404 store_not_found', 'an empty link leads nowhere'
);
select is(
  pg_temp.attempt('visitor', $$select get_store_by_link(null)$$), 'PT404 store_not_found', 'no link leads nowhere'
);

-- Renaming
select is(
  pg_temp.attempt('manager', $$select rename_store_link({store}, 'Finest Tea')$$), '1',
  'a manager renames the link of a store'
);
select is(get_store_by_link('tap-tea-house') ->> 'link', 'finest-tea', 'the old link of a store tells the new one');
select is(
  get_store_by_link('tap-tea-house') -> 'is_current', 'false'::jsonb, 'the old link of a store tells that it is old'
);
select is(
  pg_temp.attempt('other owner', $$select rename_store_link({rival}, 'tap-tea-house')$$), 'PT409 link_taken',
  'nobody else gets a link that was used'
);
select is(
  pg_temp.attempt('other owner', $$select rename_store_link({rival}, 'checkout')$$), 'PT422 link_reserved',
  'a reserved word is refused as a link'
);
select is(
  pg_temp.attempt('other owner', $$select rename_store_link({rival}, '!!')$$), 'PT422 invalid_link',
  'a word that cannot be a link is refused'
);
select is(
  pg_temp.attempt('other owner', $$select rename_store_link({store}, 'mine-now')$$), 'PT403 store_role_required',
  'a stranger cannot rename the link'
);
select is(
  pg_temp.attempt('staff', $$select rename_store_link({store}, 'mine-now')$$), 'PT403 store_role_required',
  'staff cannot rename the link'
);
select is(
  pg_temp.attempt('owner', $$select rename_store_link(gen_random_uuid(), 'mine-now')$$), 'PT404 store_not_found',
  'the link of a store that is not there cannot be renamed'
);
select is(
  pg_temp.attempt('owner', $$select rename_store_link({store}, 'tap-tea-house')$$), '1',
  'a store may go back to a link of its own'
);
select is(
  pg_temp.attempt('service', $$update stores set slug = 'x'$$), '42501', 'the link of a store is not a column to write'
);

-- Plain edits
select is(
  pg_temp.attempt(
    'manager',
    $$
      update stores
        set description = 'Tea.', is_open = false, time_zone = 'Asia/Kolkata', email = 'hi@tea.example',
        logo_path = {store} || '/logo.png'
      where id = {store}
    $$
  ),
  '1', 'a manager edits the shop''s details'
);
select is(
  pg_temp.attempt('staff', $$update stores set name = 'X' where id = {store}$$), '0',
  'staff does not edit a shop''s details'
);
select is(
  pg_temp.attempt('other owner', $$update stores set name = 'X' where id = {store}$$), '0',
  'a competitor does not edit a shop''s details'
);
select is(
  pg_temp.attempt('owner', $$update stores set status = 'active' where id = {store}$$), '42501',
  'the status of a store is not a column to write'
);
select is(
  pg_temp.attempt('owner', $$update stores set owner_id = {user customer} where id = {store}$$), '42501',
  'the owner of a store is not a column to write'
);
select is(
  pg_temp.attempt('owner', $$update rating_totals set stars_5 = 500 where subject_id = {store}$$), '42501',
  'the rating of a store is nothing to write'
);
select is(
  pg_temp.attempt('owner', $$update stores set currency = 'JPY' where id = {store}$$), '42501',
  'the currency of a store is not a column to write'
);
select is(
  pg_temp.attempt('owner', $$update stores set time_zone = 'EST5EDT4,M3.2.0,M11.1.0' where id = {store}$$),
  'PT422 invalid_time_zone', 'a time zone that is none is refused'
);
select is(
  pg_temp.attempt('owner', $$update stores set tax_rate_bps = 5001 where id = {store}$$), 'PT422 invalid_value',
  'a tax of more than half is refused'
);
select is(
  pg_temp.attempt('owner', $$update stores set logo_path = {rival} || '/logo.png' where id = {store}$$),
  'PT422 invalid_value', 'a logo outside the store''s folder is refused'
);
select is(
  pg_temp.attempt('owner', $$update stores set email = 'x@y' where id = {store}$$), 'PT422 invalid_email',
  'an e-mail address of a store that is none is refused'
);
select is(
  pg_temp.attempt('owner', $$update stores set name = E'Tea\u0007House' where id = {store}$$), 'PT422 invalid_value',
  'a name of a store with control characters is refused'
);

-- Members
select is(
  pg_temp.attempt('staff', $$select invite_member({store}, 'staff', email => 'cara@catalog.example')$$),
  'PT403 store_role_required', 'staff does not invite'
);
select is(
  pg_temp.attempt('manager', $$select invite_member({store}, 'manager', email => 'cara@catalog.example')$$),
  'PT403 store_role_required', 'a manager does not invite managers'
);
select is(
  pg_temp.attempt('owner', $$select invite_member({store}, 'owner', email => 'cara@catalog.example')$$),
  'PT422 invalid_role', 'nobody is invited as owner'
);
select is(
  pg_temp.attempt('owner', $$select invite_member({store}, 'staff')$$), 'PT422 invalid_recipient',
  'an invitation without a recipient is refused'
);
select is(
  pg_temp.attempt('owner', $$select invite_member({store}, 'staff', phone => '0171')$$), 'PT422 invalid_recipient',
  'an invitation to a phone that is none is refused'
);
select is(
  pg_temp.attempt('owner', $$select invite_member({store}, 'staff', phone => '+919100000003')$$),
  'PT409 already_member', 'a member is not invited again'
);
select is(
  pg_temp.attempt('manager', $$select invite_member({store}, 'staff', email => 'Cara@Catalog.example')$$), '1',
  'a manager invites staff'
);
select is(
  pg_temp.attempt('owner', $$select invite_member({store}, 'manager', email => 'cara@catalog.example')$$), '1',
  'an owner may invite somebody again'
);
select is(
  (select array_agg(role) from store_invitations where email = 'cara@catalog.example'), array['manager'],
  'inviting again renews the one invitation'
);
select is(
  (select count(*) from private.outbox where template = 'invitation' and recipient = 'cara@catalog.example')::integer,
  1, 'inviting again sends one mail within the hour'
);
select pg_temp.remember('invitation', $$select id from store_invitations where email = 'cara@catalog.example'$$);
select pg_temp.remember(
  'token', $$select private.invitation_link_token(id) from store_invitations where email = 'cara@catalog.example'$$
);
select is(
  pg_temp.attempt('customer', $$select private.invitation_token({invitation})$$), '42501',
  'a customer makes no tokens of invitations'
);
select is(pg_temp.attempt('staff', $$select * from store_invitations$$), '0', 'staff does not see invitations');
select is(
  pg_temp.attempt('manager', $$select * from store_invitations where store_id = {store}$$), '1',
  'a manager sees invitations'
);
select is(
  pg_temp.attempt('customer', $$select accept_invitation('nonsense')$$), 'PT404 invitation_not_found',
  'a forged token is refused'
);
select is(
  pg_temp.attempt(
    'customer', $$select accept_invitation(left({token}, 96) || case right({token}, 1) when '0' then '1' else '0' end)$$
  ),
  'PT404 invitation_not_found', 'a token with one wrong digit is refused'
);
select is(pg_temp.attempt('customer', $$select accept_invitation({token})$$), '1', 'the right token makes a member');
select is(
  pg_temp.attempt('customer', $$select accept_invitation({token})$$), '1', 'accepting an invitation twice is no error'
);
select is(
  pg_temp.attempt('owner', $$delete from store_invitations where id = {invitation}$$), '0',
  'an invitation that was accepted cannot be withdrawn'
);
select is(
  (select role from store_members where user_id = 'a0000000-0000-4000-8000-000000000005'), 'manager',
  'withdrawing an accepted invitation changes nothing'
);
select is(
  pg_temp.attempt('other owner', $$select accept_invitation({token})$$), 'PT409 invitation_used',
  'an invitation that was accepted cannot be used by anybody else'
);
select is(
  pg_temp.attempt('manager', $$select remove_member({store}, {user customer})$$), 'PT403 store_role_required',
  'a manager cannot remove a manager'
);
select is(
  pg_temp.attempt('owner', $$select change_member_role({store}, {user customer}, 'staff')$$), '1',
  'the owner changes a role'
);
select is(
  pg_temp.attempt('manager', $$select change_member_role({store}, {user customer}, 'manager')$$),
  'PT403 store_role_required', 'a manager does not change a role'
);
select is(
  pg_temp.attempt('owner', $$select change_member_role({store}, {user owner}, 'staff')$$), 'PT409 owner_required',
  'the role of the owner cannot be changed'
);
select is(
  pg_temp.attempt('owner', $$select change_member_role({store}, {user other owner}, 'staff')$$),
  'PT404 member_not_found', 'the role of somebody who does not work there cannot be changed'
);
select is(
  pg_temp.attempt('owner', $$select remove_member({store}, {user owner})$$), 'PT409 owner_required',
  'the owner cannot leave'
);
select is(
  pg_temp.attempt('customer', $$select remove_member({store}, {user customer})$$), '1', 'a member may leave the store'
);
select is(
  pg_temp.attempt('customer', $$select * from store_members where store_id = {store}$$), '0',
  'a member who left sees the others no more'
);
select is(
  pg_temp.attempt('customer', $$select accept_invitation({token})$$), 'PT409 invitation_used',
  'an old invitation does not bring a member back'
);
update store_invitations set accepted_at = null, accepted_by = null, expires_at = now() - interval '1 second'
where email = 'cara@catalog.example';
select is(
  pg_temp.attempt('customer', $$select accept_invitation({token})$$), 'PT410 invitation_expired',
  'an expired invitation is refused'
);
select is(
  pg_temp.attempt('manager', $$delete from store_invitations where id = {invitation}$$), '1',
  'a manager withdraws an invitation'
);
select is(
  pg_temp.attempt(
    'owner', $$insert into store_members (store_id, user_id, role) values ({store}, {user customer}, 'staff')$$
  ),
  '42501', 'members are not written directly'
);
select is(
  pg_temp.attempt('staff', $$update store_members set role = 'owner'$$), '42501',
  'roles of members are not written directly'
);
select is(
  pg_temp.attempt('other owner', $$select transfer_store({store}, {user other owner})$$), 'PT403 store_role_required',
  'a stranger does not take a store'
);
select is(
  pg_temp.attempt('owner', $$select transfer_store({store}, {user customer})$$), 'PT404 member_not_found',
  'a store is not handed over to somebody who is no member'
);
select is(
  pg_temp.attempt('owner', $$select transfer_store({store}, {user manager})$$), '1',
  'the owner hands the store over to a manager'
);
set constraints all immediate;
select is(
  (
    select array_agg(role order by user_id)
    from store_members
    where store_id = (select value::uuid from ids where name = 'store')
  ),
  array['manager', 'owner', 'staff'], 'the former owner stays as a manager'
);
select is(
  pg_temp.attempt('owner', $$select close_store({store})$$), 'PT403 store_role_required',
  'the former owner cannot close the store'
);
select is(pg_temp.attempt('manager', $$select close_store({store})$$), '1', 'the new owner can close the store');
select is(
  pg_temp.attempt('visitor', $$select get_store_by_link('tap-tea-house')$$), 'PT404 store_not_found',
  'a closed store is gone for visitors'
);
select is(
  pg_temp.attempt('staff', $$select get_store_by_link('tap-tea-house')$$), '1',
  'a closed store is there for its members'
);

select * from finish();
rollback;
