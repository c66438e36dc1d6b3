-- What people type and paste: codes, links and tokens with what nobody sees, phones as they are written, languages as
-- browsers
-- say them, several addresses at once.
begin;
set local search_path = public, extensions;
-- include: actors, orders

-- Whatever looks like nothing, in front of, behind and within a code.
create temporary table unseen (name text, value text);
insert into unseen values
  ('a line feed', e'\n'), ('CRLF', e'\r\n'), ('a tab', e'\t'), ('a no-break space', U&'\00a0'),
  ('a narrow no-break space', U&'\202f'),
  ('an em space', U&'\2003'), ('an ideographic space', U&'\3000'), ('a thin space', U&'\2009'),
  ('an ogham space', U&'\1680'),
  ('a zero-width space', U&'\200b'), ('a zero-width joiner', U&'\200d'), ('a zero-width non-joiner', U&'\200c'),
  ('a word joiner', U&'\2060'),
  ('a byte order mark', U&'\feff'), ('a left-to-right mark', U&'\200e'), ('an override of the direction', U&'\202e'),
  ('an isolate', U&'\2066'),
  ('an Arabic letter mark', U&'\061c'), ('a soft hyphen', U&'\00ad'), ('a variation selector', U&'\fe0f'),
  ('a Hangul filler', U&'\3164'),
  ('a line separator', U&'\2028'), ('a next line', U&'\0085'), ('a tag', U&'\+0e0020');
select plan(179);
set constraints all deferred;

select pg_temp.attempt(
  'owner',
  $$insert into public.coupons (store_id, code, kind, percent_bps) values ({olgas}, 'CANDLE-5', 'percentage', 1000)$$
);
select pg_temp.attempt('customer', 'select public.add_to_cart({apple})');
select pg_temp.ask('invitation', 'owner', $$public.invite_member({olgas}, 'staff', email => 'new@orders.example')$$);
create function pg_temp.spoilt(code text, by text) returns text language sql as $$
  select by || left(code, 3) || by || substr(code, 4) || by
$$;
select is(
  pg_temp.attempt('customer', format('select public.apply_coupon(%L)', pg_temp.spoilt('candle-5', value))), '1',
  'a coupon''s code is found though it was pasted with ' || name
)
from unseen;
select is(
  public.get_store_by_link(pg_temp.spoilt('olgas-of-orders', value)) ->> 'is_current', 'true',
  'a store''s link is found though it was pasted with ' || name
)
from unseen;
select is(
  pg_temp.attempt(
    'other customer',
    format(
      'select public.accept_invitation(%L)',
      pg_temp.spoilt((select answers.value ->> 'token' from answers where answers.name = 'invitation'), unseen.value)
    )
  ),
  '1', 'an invitation''s token is accepted though it was pasted with ' || name
) from unseen;
select is(
  private.tidy_line(pg_temp.spoilt('1Z999AA1', value)) ~ '^[ ]?1Z9[ ]?99AA1[ ]?$', true,
  'a tracking number is tidied though it was pasted with ' || name
)
from unseen
where name not in (
  'a zero-width joiner', 'a zero-width non-joiner', 'a variation selector', 'a Hangul filler', 'a tag'
);
select is(
  private.tidy_code(pg_temp.spoilt('code', value)), 'code', 'any code is tidied though it was pasted with ' || name
)
from unseen
where name in ('a zero-width joiner', 'a zero-width non-joiner', 'a variation selector', 'a Hangul filler', 'a tag');

select is(
  pg_temp.attempt('customer', $$select public.apply_coupon('ＣＡＮＤＬＥ－５')$$), '1', 'a code in full-width letters is found'
);
select is(
  pg_temp.attempt('customer', $$select public.apply_coupon('candle–5')$$), '1',
  'a code with the hyphen that a keyboard made of it is found'
);
select is(
  pg_temp.attempt('customer', e'select public.remove_coupon(E\' can\\u200bdle-5\\n\')'), '1',
  'a code that was pasted with unseen characters is taken off'
);
select is(
  (pg_temp.ask('x', 'customer', 'public.get_cart()') -> 'coupons')::text, '[]',
  'a code that was taken off is off the cart'
);
select is(
  pg_temp.attempt('customer', $$select public.apply_coupon(E'\u200b \n')$$), 'PT404 coupon_not_found',
  'a code of unseen characters alone is no code'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      insert into public.coupons (store_id, code, kind, percent_bps)
      values ({olgas}, E' NEW\u200b10\n', 'percentage', 1000)
    $$
  ),
  '1', 'a vendor may paste the code of a new coupon'
);
select is(
  (select count(*) from public.coupons where code = 'NEW10')::integer, 1,
  'the code of a new coupon is stored as it is seen'
);
select is(
  pg_temp.attempt('owner', $$update public.coupons set code = E'NEW\u00a011' where code = 'NEW10'$$), '1',
  'a vendor may paste another code for a coupon'
);
select is(
  (select count(*) from public.coupons where code = 'NEW11')::integer, 1,
  'the other code of a coupon is stored as it is seen'
);
select is(
  public.get_store_by_link(e'https://shop.example/olgas-of-orders/?ref=x\n') ->> 'is_current', 'true',
  'a whole address of a store with a line break behind it leads to the store'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select public.save_product(
        store_id => {olgas}, name => 'S', category => 'Orders'' things', price_amount => 1, sku => E'\ufeffAB\u00a012\n'
      )
    $$
  ),
  '1', 'a vendor may paste an SKU from a spreadsheet'
);
select is(
  (select count(*) from public.product_variants where sku = 'AB 12')::integer, 1, 'a pasted SKU is stored as it is seen'
);
select is(
  pg_temp.attempt('owner', $$select public.invite_member({olgas}, 'staff', email => E' Pip\u200b@orders.example\n')$$),
  '1', 'an owner may paste an e-mail address to invite'
);
select is(
  (select count(*) from public.store_invitations where email = 'pip@orders.example')::integer, 1,
  'a pasted e-mail address of an invitation is stored as it is seen'
);
select is(
  pg_temp.attempt('owner', $$update public.stores set email = E'hello@orders.example\u00a0' where id = {olgas}$$), '1',
  'an owner may paste the e-mail address of a store'
);
select is(
  (select email from public.stores where id = (select value::uuid from ids where name = 'olgas')),
  'hello@orders.example', 'a pasted e-mail address of a store is stored as it is seen'
);
select is(
  pg_temp.attempt('owner', $$update public.stores set email = '' where id = {olgas}$$), '1',
  'an owner may empty the e-mail address of a store'
);
select is(
  (select email from public.stores where id = (select value::uuid from ids where name = 'olgas')), null,
  'an empty e-mail address of a store is stored as none'
);

-- Phones
create temporary table phones (typed text, country text, stored text);
insert into phones values
  ('+1 202 555 0121', null, '+12025550121'), ('+1 (202) 555-0121', 'DE', '+12025550121'),
  ('(202) 555-0121', 'US', '+12025550121'),
  ('202.555.0121', 'US', '+12025550121'), ('1-202-555-0121', 'US', '+12025550121'),
  ('12025550121', 'CA', '+12025550121'),
  ('0049 30 901820', 'US', '+4930901820'), ('+49 (0)30 901820', null, '+4930901820'),
  ('030/901820', 'DE', '+4930901820'),
  ('0 30 90 18 20', 'DE', '+4930901820'), (U&'\202a+49\00a030\2011901820\202c', null, '+4930901820'),
  ('02 1234 5678', 'IT', '+390212345678'),
  ('612 34 56 78', 'ES', '+34612345678'), ('8 912 345-67-89', 'RU', '+79123456789'),
  ('06 1 234 5678', 'HU', '+3612345678'),
  ('9876543210', 'IN', '+919876543210'), ('09876543210', 'IN', '+919876543210'),
  ('tel:+12025550121', null, '+12025550121'),
  ('＋1 202 555 0121', null, '+12025550121'), ('٠٥٠ ١٢٣ ٤٥٦٧', 'AE', '+971501234567'), ('', 'US', null),
  (U&' \00a0\200b', 'US', null), (null, 'US', null);
select is(
  private.tidy_phone(typed, country), stored,
  format('the phone "%s" (%s) is read and stored in one form', typed, country)
)
from phones;
select is(
  private.is_phone(private.tidy_phone(typed, country)), false, format('"%s" (%s) is taken for no phone', typed, country)
)
from (
  values ('(202) 555-0121', null), ('555-0121', 'US'), ('919876543210', 'IN'), ('call me', 'US'),
  ('+1 202 555 0121 ext. 5', null), ('++12025550121', null), ('011 49 30 901820', 'US')
) as bad (typed, country);

select is(
  pg_temp.ask('x', 'customer', format('private.shipping_address(null, null, %L)', '{}')) ->> 'error',
  'permission denied for function shipping_address', 'the function that reads an address is closed to customers'
);
create function pg_temp.address(phone jsonb) returns text
language plpgsql
as $$
declare
  v_detail text;
  v_hint text;
begin
  return private.shipping_address(null, null, jsonb_build_object(
    'recipient_name', 'Ana', 'line1', 'Rua 1', 'line2', '', 'city', 'Albany', 'postal_code', e'12203\u00a0',
    'country_code', 'us', 'phone', phone
  )) ->> 'phone';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return v_detail || ' ' || substring(v_hint from '^\w+');
end;
$$;
select is(pg_temp.address('"+1 202 555 0121"'), '+12025550121', 'a checkout takes a phone as people write it');
select is(pg_temp.address('"(202) 555-0121"'), '+12025550121', 'a checkout takes a phone as people dial it at home');
select is(pg_temp.address('""'), null, 'a checkout takes an empty phone as none');
select is(pg_temp.address('null'), null, 'a checkout takes a phone that is not given as none');
select is(
  pg_temp.address('"ring twice"'), 'invalid_address phone',
  'the refusal of an address names the phone in its hint when it is the phone'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into public.addresses (recipient_name, phone, line1, line2, city, postal_code, country_code)
      values (E'Ana\u200b', '(202) 555-0121', 'Rua 1', '', 'Albany', E' 12203\n', 'us')
    $$
  ),
  '1', 'an address is taken as people type it'
);
select is(
  (
    select concat_ws('|', recipient_name, phone, line2, postal_code, country_code)
    from public.addresses
    where user_id::text like 'b0000000-%1'
  ),
  'Ana|+12025550121|12203|US', 'an address is stored in one form'
);
select is(
  pg_temp.attempt('customer', $$update public.addresses set phone = 'soon'$$), 'PT422 invalid_phone',
  'an address with a phone that is none is refused by its own code'
);
select is(
  pg_temp.attempt('customer', $$update public.addresses set phone = ''$$), '1',
  'an address takes an empty phone as none'
);
select is(
  pg_temp.attempt('owner', $$update public.stores set phone = '050 123 4567' where id = {olgas}$$), '1',
  'a store''s phone is taken as it is dialled in its country'
);
select is(
  (select phone from public.stores where id = (select value::uuid from ids where name = 'olgas')), '+971501234567',
  'a store''s phone is stored as it is dialled from anywhere'
);
select is(
  pg_temp.ask(
    'x', 'owner', $$public.invite_member({olgas}, 'staff', phone => '050 123 4568', email => '')$$
  ) ->> 'phone',
  '+971501234568', 'the phone of an invitation is stored as it is dialled from anywhere'
);

-- Languages
create temporary table locales (said text, stored text);
insert into locales values
  ('en', 'en'), ('es-419', 'es-419'), ('zh-Hant', 'zh-Hant'), ('zh-Hans-CN', 'zh-Hans-CN'),
  ('sr-Latn-RS', 'sr-Latn-RS'), ('en_US', 'en-US'),
  ('EN-us', 'en-US'), ('zh_hant_tw', 'zh-Hant-TW'), ('en_US.UTF-8', 'en-US'), (' pt-br ', 'pt-BR'),
  ('fil-PH', 'fil-PH'), ('ca-ES-valencia', 'ca-ES-valencia'),
  ('de-CH-1996', 'de-CH-1996'), ('en-US-u-hc-h12', 'en-US-u-hc-h12'), ('zh-yue-HK', 'zh-yue-HK');
select is(
  pg_temp.attempt('customer', format('update public.profiles set locale = %L', said)) || ' ' || locale, '1 ' || stored,
  'a profile takes the language ' || said
)
from locales cross join lateral (select private.tidy_locale(said) as locale) as tidied;
select is(
  pg_temp.attempt('customer', format('update public.profiles set locale = %L', said)), 'PT422 invalid_locale',
  format('a profile refuses "%s" as a language', said)
)
from unnest(array['', 'english please', 'e', '12', 'en-', 'en--US', 'en-toolongpart']) as said;

select * from finish();
rollback;
