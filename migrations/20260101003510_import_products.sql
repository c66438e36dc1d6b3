-- A seller brings a list from a spreadsheet. Each row stands alone: the good ones are imported, each bad one is reported with its
-- number and reason. Numbers are written as people write them (19.99, 1.299,00 €); what that means in minor units is a fact of
-- the currency.
create function private.currency_signs(currency text) returns text[]
language plpgsql immutable
set search_path = ''
as $$
begin
  return string_to_array(currency_signs.currency || ' ' || case currency_signs.currency
    when 'AED' then 'د.إ Dh Dhs' when 'AUD' then '$ A$ AU$' when 'BDT' then '৳ Tk' when 'BHD' then 'د.ب BD'
    when 'BRL' then 'R$' when 'CAD' then '$ C$ CA$' when 'CHF' then 'Fr SFr' when 'CNY' then '¥ 元 CN¥'
    when 'CZK' then 'Kč' when 'DKK' then 'kr' when 'EGP' then '£ E£ LE' when 'EUR' then '€' when 'GBP' then '£'
    when 'HKD' then '$ HK$' when 'HUF' then 'Ft' when 'IDR' then 'Rp' when 'ILS' then '₪' when 'INR' then '₹ Rs'
    when 'JPY' then '¥ 円' when 'KES' then 'KSh' when 'KRW' then '₩ 원' when 'KWD' then 'د.ك KD' when 'LKR' then 'Rs'
    when 'MAD' then 'د.م DH' when 'MXN' then '$ MX$' when 'MYR' then 'RM' when 'NGN' then '₦' when 'NOK' then 'kr'
    when 'NPR' then 'Rs' when 'NZD' then '$ NZ$' when 'PHP' then '₱' when 'PKR' then 'Rs' when 'PLN' then 'zł'
    when 'QAR' then 'ر.ق QR' when 'RON' then 'lei' when 'SAR' then 'ر.س SR' when 'SEK' then 'kr' when 'SGD' then '$ S$'
    when 'THB' then '฿' when 'TND' then 'د.ت DT' when 'TRY' then '₺ TL' when 'TWD' then '$ NT$' when 'UAH' then '₴ грн'
    when 'USD' then '$ US$' when 'VND' then '₫ đ' when 'ZAR' then 'R' else ''
  end, ' ');
end;
$$;
comment on function private.currency_signs(text) is
  'What people write beside an amount of a currency: its code and its signs, without a full stop.';

create function private.bare_number(value text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_number text := regexp_replace(private.tidy_line(normalize(bare_number.value, nfkc)), '[.,] ?(--?|–|—)$', '');
begin
  if v_number ~ '^[0-9]{1,3}([ ''’][0-9]{2,3})*[ ''’][0-9]{3}([.,][0-9]+)?$' then
    return translate(v_number, ' ''’', '');
  end if;
  return v_number;
end;
$$;
comment on function private.bare_number(text) is
  'A number as a spreadsheet shows it, without the spaces and apostrophes between its thousands; nothing: null.';

create function private.read_number(value text, decimal_sign text) returns numeric
language plpgsql immutable
set search_path = ''
as $$
declare
  v_group_sign text := case read_number.decimal_sign when ',' then '.' else ',' end;
begin
  if read_number.value !~ format(
    '^([0-9]{1,12}|[1-9][0-9]{0,2}([%1$s][0-9]{2,3}){0,4}[%1$s][0-9]{3})([%2$s][0-9]{1,6})?$',
    v_group_sign, read_number.decimal_sign
  ) then
    return null;
  end if;
  return replace(replace(read_number.value, v_group_sign, ''), read_number.decimal_sign, '.')::numeric;
end;
$$;
comment on function private.read_number(text, text) is
  'What a bare number means if this is its decimal sign; null if it cannot be written so.';

create function private.proven_decimal_sign(value text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_number text := substring(private.bare_number(proven_decimal_sign.value) from '[0-9][0-9.,]*');
  v_with_point numeric := private.read_number(v_number, '.');
  v_with_comma numeric := private.read_number(v_number, ',');
begin
  return case
    when v_with_point is null and v_with_comma is not null then ','
    when v_with_comma is null and v_with_point is not null then '.'
  end;
end;
$$;
comment on function private.proven_decimal_sign(text) is
  'The decimal sign of a number that can be read in one way only, such as 18,50 or 1.299,00; null for 1299 and 1,299, '
  'which prove nothing.';

create function private.read_amount_as_written(value text, exponent smallint, decimal_sign text) returns numeric
language plpgsql immutable
set search_path = ''
as $$
declare
  v_with_point numeric := private.read_number(read_amount_as_written.value, '.');
  v_with_comma numeric := private.read_number(read_amount_as_written.value, ',');
begin
  if read_amount_as_written.decimal_sign is not null then
    return case read_amount_as_written.decimal_sign when ',' then v_with_comma else v_with_point end;
  end if;
  if v_with_point <> v_with_comma and read_amount_as_written.exponent > 0 then
    raise sqlstate 'PT422' using
      message = format(
        '"%s" can be read in two ways; write it without thousands separators, such as 1299.00.',
        left(read_amount_as_written.value, 30)
      ),
      detail = 'ambiguous_number';
  end if;
  -- Where there are no decimals, the sign is between thousands.
  return greatest(v_with_point, v_with_comma);
end;
$$;
comment on function private.read_amount_as_written(text, smallint, text) is
  'A bare number by the decimal sign of its list, null where that is not known. Errors: ambiguous_number.';

create function private.read_price(value text, currency text, exponent smallint, decimal_sign text) returns bigint
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := private.bare_number(read_price.value);
  v_parts text[];
  v_amount numeric;
begin
  if v_text is null then
    return null;
  end if;
  -- A sign before or behind the number, or a code; between them a space or none.
  v_parts := regexp_match(
    v_text, '^([^0-9 .,+()%-]+(?:[.][^0-9 .,]+)*[.]?)? ?([0-9][0-9 .,''’-]*?) ?([^0-9 .,+()%-]+(?:[.][^0-9 .,]+)*[.]?)?$'
  );
  if lower(rtrim(coalesce(v_parts[1], v_parts[3]), '.')) <> all (
    select lower(sign.name) from unnest(private.currency_signs(read_price.currency)) as sign (name)
  ) then
    raise sqlstate 'PT422' using
      message = format('"%s" is not in the currency of the store, %s.', left(read_price.value, 30), read_price.currency),
      detail = 'invalid_price';
  end if;
  v_amount := private.read_amount_as_written(private.bare_number(v_parts[2]), read_price.exponent, read_price.decimal_sign)
    * power(10::numeric, read_price.exponent);
  if v_amount is null or v_amount > 1000000000000000 then
    raise sqlstate 'PT422' using
      message = format('"%s" is no price.', left(read_price.value, 30)),
      detail = 'invalid_price',
      hint = 'Write 1299.50.';
  end if;
  if v_amount <> trunc(v_amount) then
    raise sqlstate 'PT422' using
      message = format('The currency of this store has %s decimals.', read_price.exponent), detail = 'invalid_price';
  end if;
  return v_amount::bigint;
end;
$$;
comment on function private.read_price(text, text, smallint, text) is
  'A price as people write it, in minor units; nothing: null. Errors: invalid_price, ambiguous_number.';

create function private.read_pieces(value text, decimal_sign text) returns integer
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := private.bare_number(read_pieces.value);
  v_pieces numeric;
begin
  if v_text is null then
    return null;
  end if;
  -- 1.000 may be a thousand, or one as a program writes it.
  v_pieces := private.read_amount_as_written(
    v_text, case when v_text ~ '[.,]000$' then 1 else 0 end::smallint, read_pieces.decimal_sign
  );
  if v_pieces is null or v_pieces <> trunc(v_pieces) or v_pieces > 9999999 then
    raise sqlstate 'PT422' using
      message = format('"%s" is no number of pieces.', left(read_pieces.value, 30)), detail = 'invalid_quantity';
  end if;
  return v_pieces::integer;
end;
$$;
comment on function private.read_pieces(text, text) is
  'A number of pieces as a spreadsheet shows it (10, 10.0, 1,000); nothing: null. Errors: invalid_quantity, '
  'ambiguous_number.';

create function private.unguard(value text) returns text
language sql immutable
set search_path = ''
as $$
  select regexp_replace(unguard.value, '^''(?=\s*[=+@-])', '');
$$;
comment on function private.unguard(text) is 'What an export has guarded against spreadsheets (private.csv_field), as it was.';

create function private.import_key(name text, category text, price_amount bigint) returns text
language sql immutable
set search_path = ''
as $$
  select concat_ws(e'\n', private.tidy_line(import_key.name), private.fold(private.tidy_line(import_key.category)), import_key.price_amount);
$$;
comment on function private.import_key(text, text, bigint) is
  'By what a row without SKU is known again, so that the same list sent twice is imported once.';

create function private.import_products(store_id uuid, csv text, rows jsonb) returns jsonb
language plpgsql volatile
security definer -- clients hold no insert grant on products
set search_path = ''
as $$
declare
  c_columns constant text[] := array['name', 'description', 'category', 'price', 'mrp', 'quantity', 'sku', 'status', 'image'];
  v_header text[];
  v_ignored text[];
  v_rows jsonb;
  v_row jsonb;
  v_number integer;
  v_quantity integer;
  v_price bigint;
  v_currency text;
  v_exponent smallint;
  v_decimal_sign text;
  v_new_categories uuid[] := '{}';
  v_category text;
  v_product_id uuid;
  v_key text;
  v_known text[];
  v_imported jsonb := '[]';
  v_errors jsonb := '[]';
  v_state text;
  v_message text;
  v_detail text;
begin
  perform private.require_store_role(import_products.store_id, array['owner', 'manager']);
  if num_nonnulls(import_products.csv, import_products.rows) <> 1 then
    raise sqlstate 'PT422' using
      message = 'Give either csv or rows.', detail = 'invalid_import';
  end if;
  if length(import_products.csv) > 2000000 or length(import_products.rows::text) > 2000000 then
    raise sqlstate 'PT422' using
      message = 'An import has at most two million characters.', detail = 'import_too_large', hint = 'Send it in parts.';
  end if;

  if import_products.csv like '%' || chr(65533) || '%' then
    raise sqlstate 'PT422' using
      message = 'The file was read in another encoding than it is written in.', detail = 'invalid_import',
      hint = 'Read it as it is (UTF-16, Windows-1252), or save it as "CSV UTF-8".';
  end if;

  if import_products.csv is not null then
    select array(select lower(coalesce(private.tidy_line(title), '')) from unnest(parsed.fields) as title) into v_header
    from private.parse_csv(import_products.csv) as parsed
    limit 1;
    if v_header is null or not v_header @> array['name', 'category', 'price'] then
      raise sqlstate 'PT422' using
        message = 'The first row names the columns; name, category and price are needed.', detail = 'invalid_header',
        hint = 'Known columns: ' || array_to_string(c_columns, ', ') || '.';
    end if;
    if exists (select from unnest(v_header) as title where title = any (c_columns) group by title having count(*) > 1) then
      raise sqlstate 'PT422' using
        message = 'The first row names a column twice.', detail = 'invalid_header';
    end if;
    select array_agg(title) into v_ignored
    from unnest(v_header) as title
    where title <> all (c_columns) and title <> '';
    select jsonb_agg(
      jsonb_build_object('number', parsed.row_number)
      || case
        when parsed.is_malformed then jsonb_build_object('problem', 'malformed_row')
        when exists (
          select from unnest(parsed.fields[cardinality(v_header) + 1:]) as surplus (field)
          where private.tidy_line(surplus.field) is not null
        ) then jsonb_build_object('problem', 'too_many_fields')
        else jsonb_build_object('values', (
          select jsonb_object_agg(cells.title, cells.value)
          from unnest(v_header, parsed.fields) as cells (title, value)
          where cells.title = any (c_columns)
        ))
      end
      order by parsed.row_number
    )
    into v_rows
    from private.parse_csv(import_products.csv) as parsed
    where parsed.row_number > (select min(first.row_number) from private.parse_csv(import_products.csv) as first);
  else
    if jsonb_typeof(import_products.rows) <> 'array' then
      raise sqlstate 'PT422' using
        message = 'rows is a list of objects.', detail = 'invalid_import';
    end if;
    select jsonb_agg(
      jsonb_build_object('number', given.number)
      || case
        when jsonb_typeof(given.value) = 'object' then jsonb_build_object('values', given.value)
        else jsonb_build_object('problem', 'malformed_row')
      end
      order by given.number
    )
    into v_rows
    from jsonb_array_elements(import_products.rows) with ordinality as given (value, number);
  end if;
  v_rows := coalesce(v_rows, '[]');
  if jsonb_array_length(v_rows) > 500 then
    raise sqlstate 'PT422' using
      message = 'An import has at most 500 rows.', detail = 'import_too_large', hint = 'Send it in parts.';
  end if;

  select currencies.code, currencies.exponent into strict v_currency, v_exponent
  from public.stores
  join public.currencies on currencies.code = stores.currency
  where stores.id = import_products.store_id;
  -- One decimal sign for the whole list: the one that its numbers prove. Semicolons are written where it is a comma, and a
  -- currency of three decimals is exported with a point.
  select case count(distinct cell.sign)
    when 1 then min(cell.sign)
    when 0 then case
      when private.csv_delimiter(import_products.csv) = ';' then ','
      when v_exponent = 3 then '.'
    end
  end
  into v_decimal_sign
  from jsonb_array_elements(v_rows) as given (value)
  cross join unnest(array['price', 'mrp', 'quantity']) as brought (key)
  cross join lateral (select private.proven_decimal_sign(given.value -> 'values' ->> brought.key) as sign) as cell;
  perform private.lock_store_catalog(import_products.store_id);
  -- Before the first product, all at once and in order: the categories there are, those that are new, and new words. Two
  -- imports that bring the same ones then wait for each other, and never in a circle.
  perform
  from public.categories
  where private.fold(categories.name) in (
    select private.fold(private.tidy_line(private.unguard(given.value -> 'values' ->> 'category')))
    from jsonb_array_elements(v_rows) as given (value)
  )
  order by categories.id
  for share;
  for v_category in
    select distinct private.tidy_line(private.unguard(given.value -> 'values' ->> 'category')) as name
    from jsonb_array_elements(v_rows) as given (value)
    where length(private.tidy_line(private.unguard(given.value -> 'values' ->> 'category'))) <= 60
    order by name
  loop
    if not exists (select from public.categories where private.fold(categories.name) = private.fold(v_category)) then
      v_new_categories := v_new_categories || private.ensure_category(v_category);
    end if;
  end loop;
  perform private.learn_words(array(
    select left(given.value -> 'values' ->> brought.key, 200)
    from jsonb_array_elements(v_rows) as given (value)
    cross join unnest(array['name', 'category']) as brought (key)
    where given.value -> 'values' ->> brought.key is not null
  ));

  -- What a list without SKUs brought the first time it was sent.
  select array_agg(private.import_key(products.name, categories.name, products.price_amount)) into v_known
  from public.products
  join public.categories on categories.id = products.category_id
  where products.store_id = import_products.store_id
    and products.deleted_at is null
    and products.name in (
      select private.tidy_line(private.unguard(given.value -> 'values' ->> 'name')) from jsonb_array_elements(v_rows) as given (value)
    );

  for v_row in select given.value from jsonb_array_elements(v_rows) as given (value) loop
    v_number := (v_row ->> 'number')::integer;
    begin
      if v_row ? 'problem' then
        raise sqlstate 'PT422' using
          message = case v_row ->> 'problem'
            when 'too_many_fields' then 'This row has more fields than the header.'
            else 'This row cannot be read: a quote is missing, or it is no object.'
          end,
          detail = v_row ->> 'problem';
      end if;
      v_row := jsonb_strip_nulls(v_row -> 'values');
      v_quantity := private.read_pieces(v_row ->> 'quantity', v_decimal_sign);
      v_price := private.read_price(v_row ->> 'price', v_currency, v_exponent, v_decimal_sign);
      if v_price is null then
        raise sqlstate 'PT422' using
          message = 'A price is needed.', detail = 'invalid_price';
      end if;
      v_key := case
        when private.tidy_line(v_row ->> 'sku') is null then private.import_key(
          private.unguard(v_row ->> 'name'), private.unguard(v_row ->> 'category'), v_price
        )
      end;
      if v_key = any (v_known) then
        raise sqlstate 'PT422' using
          message = 'The store has this product already; another one of its kind needs a SKU.', detail = 'duplicate_product';
      end if;
      v_product_id := private.save_product(
        import_products.store_id,
        null,
        private.unguard(v_row ->> 'name'),
        private.unguard(v_row ->> 'description'),
        private.unguard(v_row ->> 'category'),
        coalesce(lower(private.tidy_line(v_row ->> 'status')), 'active'),
        private.read_price(v_row ->> 'mrp', v_currency, v_exponent, v_decimal_sign),
        v_price,
        private.unguard(private.tidy_line(v_row ->> 'sku')),
        v_quantity,
        null,
        null,
        case
          when private.tidy_line(v_row ->> 'image') is not null then jsonb_build_array(private.tidy_line(v_row ->> 'image'))
        end
      );
      v_known := v_known || v_key;
      v_imported := v_imported || jsonb_build_object(
        'row', v_number,
        'product_id', v_product_id,
        'name', (select products.name from public.products where products.id = v_product_id)
      );
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail;
      -- Ours, or a value that no column takes. A timeout or a deadlock is nobody's bad row.
      if v_state not like 'PT%' and left(v_state, 2) not in ('22', '23') then
        raise;
      end if;
      v_errors := v_errors || jsonb_build_object(
        'row', v_number,
        'code', case when v_state like 'PT%' then v_detail else 'invalid_row' end,
        'message', case when v_state like 'PT%' then v_message else 'A value of this row cannot be stored.' end
      );
    end;
  end loop;

  -- A category that only bad rows named is not left behind.
  delete from public.categories
  where categories.id = any (v_new_categories)
    and not exists (select from public.products where products.category_id = categories.id);
  return jsonb_build_object(
    'imported', jsonb_array_length(v_imported),
    'failed', jsonb_array_length(v_errors),
    'products', v_imported,
    'errors', v_errors,
    'ignored_columns', to_jsonb(coalesce(v_ignored, '{}'))
  );
end;
$$;
comment on function private.import_products(uuid, text, jsonb) is 'See public.import_products.';
grant execute on function private.import_products(uuid, text, jsonb) to anon, authenticated;

create function public.import_products(store_id uuid, csv text default null, rows jsonb default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.import_products(import_products.store_id, import_products.csv, import_products.rows);
$$;
comment on function public.import_products(uuid, text, jsonb) is
  'Adds products from a CSV (first row: name, category, price and optionally description, mrp, quantity, sku, status, '
  'image) or from rows [{…}] with the same keys; prices as written, such as 19.99 or 1.299,00 €, with one decimal '
  'sign in the whole list; up to 500 rows. A row that the store has already (by SKU, else by name, category and '
  'price) is reported, so a list may be sent again. Returns {imported, failed, products [{row, product_id, name}], '
  'errors [{row, code, message}], ignored_columns}. For owner and managers. Errors: not_signed_in, account_required, '
  'session_revoked, store_not_found, store_role_required, invalid_import, import_too_large, invalid_header; in rows '
  'also malformed_row, too_many_fields, invalid_row, duplicate_product, ambiguous_number and those of save_product.';
grant execute on function public.import_products(uuid, text, jsonb) to anon, authenticated;

create function private.export_products(store_id uuid, after_id uuid) returns text
language plpgsql stable
security definer -- reads stock, which only members may see; it asks whether the caller is one
set search_path = ''
as $$
declare
  v_exponent smallint;
  v_lines text;
begin
  perform private.require_store_role(export_products.store_id, array['owner', 'manager']);
  select currencies.exponent into strict v_exponent
  from public.stores
  join public.currencies on currencies.code = stores.currency
  where stores.id = export_products.store_id;
  select string_agg(
    concat_ws(',',
      private.csv_field(page.name), private.csv_field(page.description), private.csv_field(categories.name),
      round(product_variants.price_amount / power(10::numeric, v_exponent), v_exponent),
      round(product_variants.mrp_amount / power(10::numeric, v_exponent), v_exponent),
      stock_levels.on_hand, private.csv_field(product_variants.sku), page.status,
      private.csv_field((
        select product_media.path from public.product_media
        where product_media.product_id = page.id
        order by product_media.position, product_media.id
        limit 1
      )),
      private.csv_field(product_variants.title), page.id
    ),
    e'\r\n' order by page.id, product_variants.position, product_variants.id
  )
  into v_lines
  from (
    select products.*
    from public.products
    where products.store_id = export_products.store_id
      and products.deleted_at is null
      and (export_products.after_id is null or products.id > export_products.after_id)
    order by products.id
    limit 2000
  ) as page
  join public.categories on categories.id = page.category_id
  join public.product_variants on product_variants.product_id = page.id and product_variants.deleted_at is null
  join public.stock_levels on stock_levels.variant_id = product_variants.id;
  return 'name,description,category,price,mrp,quantity,sku,status,image,variant,product_id' || e'\r\n' || coalesce(v_lines || e'\r\n', '');
end;
$$;
comment on function private.export_products(uuid, uuid) is 'See public.export_products.';
grant execute on function private.export_products(uuid, uuid) to anon, authenticated;

create function public.export_products(store_id uuid, after_id uuid default null) returns text
language sql stable security invoker
set search_path = ''
as $$
  select private.export_products(export_products.store_id, export_products.after_id);
$$;
comment on function public.export_products(uuid, uuid) is
  'The store''s products as CSV, one line per variant, 2,000 products at a time (after_id: the last product_id of the part before). Cells that a spreadsheet would run as formulas begin with an apostrophe. For owner and managers. Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required.';
grant execute on function public.export_products(uuid, uuid) to anon, authenticated;
