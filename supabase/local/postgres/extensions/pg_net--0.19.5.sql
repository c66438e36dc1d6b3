-- Asynchronous HTTP from SQL, with the tables and functions of pg_net. A call puts one row into the queue; the
-- platform's executor sends it after the transaction has committed, and writes what came back to net._http_response.
create schema if not exists net;

create domain net.http_method as text check (
  value ilike 'get' or value ilike 'post' or value ilike 'delete'
);

create unlogged table net.http_request_queue (
  id bigint generated always as identity primary key,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds integer not null
);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index _http_response_created_idx on net._http_response (created);
create index _http_response_id_idx on net._http_response (id);

create function net.wake() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Delivered at commit: a request of a rolled back transaction is never sent.
  perform pg_notify('pg_net', '');
  return null;
end
$$;
create trigger http_request_queue_wake after insert on net.http_request_queue
for each statement execute function net.wake();

create function net._urlencode_string(string text) returns text
language sql immutable strict
set search_path = ''
as $$
  select coalesce(
    string_agg(
      case
        when character ~ '[A-Za-z0-9_.~-]' then character
        else regexp_replace(upper(encode(convert_to(character, 'UTF8'), 'hex')), '(..)', '%\1', 'g')
      end,
      '' order by position
    ),
    ''
  )
  from regexp_split_to_table(string, '') with ordinality as characters (character, position)
$$;

create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language sql immutable
set search_path = ''
as $$
  select case
    when coalesce(array_length(params_array, 1), 0) = 0 then url
    else url || case when position('?' in url) > 0 then '&' else '?' end || array_to_string(params_array, '&')
  end
$$;

create function net._enqueue(method text, url text, params jsonb, headers jsonb, body bytea, timeout_milliseconds integer)
returns bigint
language sql
set search_path = ''
as $$
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (
    method,
    net._encode_url_with_params_array(
      url,
      array(
        select net._urlencode_string(key) || '=' || net._urlencode_string(value)
        from jsonb_each_text(coalesce(params, '{}'))
      )
    ),
    headers,
    body,
    timeout_milliseconds
  )
  returning id
$$;

create function net.http_get(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds integer default 5000
) returns bigint
language sql strict
security definer -- callers have no right on the queue itself
set search_path = ''
as $$
  select net._enqueue('GET', url, params, headers, null, timeout_milliseconds)
$$;

create function net.http_delete(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds integer default 5000,
  body jsonb default null
) returns bigint
language sql
security definer -- callers have no right on the queue itself
set search_path = ''
as $$
  select net._enqueue('DELETE', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
$$;

create function net.http_post(
  url text,
  body jsonb default '{}',
  params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}',
  timeout_milliseconds integer default 5000
) returns bigint
language plpgsql
security definer -- callers have no right on the queue itself
set search_path = ''
as $$
declare
  v_content_type text := (
    select value from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type' limit 1
  );
begin
  if v_content_type is null then
    headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
  elsif split_part(v_content_type, ';', 1) <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  return net._enqueue('POST', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds);
end
$$;

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

create function net._http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language plpgsql
security definer -- callers have no right on the tables themselves
set search_path = ''
as $$
declare
  v_response net._http_response;
begin
  loop
    select * into v_response from net._http_response where id = request_id;
    exit when found or async;
    perform pg_sleep(0.05);
  end loop;
  if v_response.id is null then
    if exists (select from net.http_request_queue where id = request_id) then
      return row('PENDING', 'request is pending processing', null)::net.http_response_result;
    end if;
    return row('ERROR', 'request matching request_id not found', null)::net.http_response_result;
  end if;
  if v_response.status_code is null then
    return row('ERROR', coalesce(v_response.error_msg, 'request failed'), null)::net.http_response_result;
  end if;
  return row(
    'SUCCESS',
    'ok',
    row(v_response.status_code, v_response.headers, v_response.content)::net.http_response
  )::net.http_response_result;
end
$$;

revoke execute on all functions in schema net from public;
grant usage on schema net to supabase_functions_admin, postgres, anon, authenticated, service_role;
grant execute on function net.http_get, net.http_post, net.http_delete, net._http_collect_response
to supabase_functions_admin, postgres, anon, authenticated, service_role;
grant all on net.http_request_queue, net._http_response to postgres;

select pg_catalog.pg_notify('pg_net', '');
