-- The same statement for a spreadsheet, amounts with the decimals of their currency, in parts of 5,000 lines.
create or replace function private.export_statement(
  store_id uuid, from_date date, to_date date, currency text, after bigint
) returns text
language sql stable
security definer -- reads the ledger for callers that statement_page checks
set search_path = ''
as $$
  select e'number,at,kind,order,amount,balance,currency,note\r\n' || coalesce(string_agg(
    concat_ws(',',
      page.number, to_char(page.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), page.kind,
      private.csv_field(coalesce(page.order_reference, '')),
      round(page.amount / power(10::numeric, currencies.exponent), currencies.exponent),
      round(page.balance / power(10::numeric, currencies.exponent), currencies.exponent),
      page.currency_code, private.csv_field(coalesce(page.note, ''))
    ) || e'\r\n',
    '' order by page.number
  ), '')
  from private.statement_page(
    export_statement.store_id, export_statement.from_date, export_statement.to_date, export_statement.currency,
    export_statement.after, 5000
  ) as page
  join public.currencies on currencies.code = page.currency_code;
$$;
comment on function private.export_statement(uuid, date, date, text, bigint) is 'See public.export_statement.';
grant execute on function private.export_statement(uuid, date, date, text, bigint) to anon, authenticated, service_role;

create or replace function public.export_statement(
  store_id uuid, from_date date default null, to_date date default null, currency text default null,
  after bigint default null
) returns text
language sql stable security invoker
set search_path = ''
as $$
  select private.export_statement(
    export_statement.store_id, export_statement.from_date, export_statement.to_date, export_statement.currency,
    export_statement.after
  );
$$;
comment on function public.export_statement(uuid, date, date, text, bigint) is
  'store_statement as CSV, 5,000 lines at a time; after: the number in the last line of the part before. Cells that a '
  'spreadsheet would run as formulas begin with an apostrophe. Errors: those of store_statement.';
grant execute on function public.export_statement(uuid, date, date, text, bigint) to anon, authenticated, service_role;
