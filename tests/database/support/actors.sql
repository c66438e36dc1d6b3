-- What every file here starts with: actors, and the ids they talk about. `attempt` runs a statement as one of them and
-- says
-- what came of it: the number of rows, or the SQLSTATE with our machine code (for constraints, their name).
create temporary table actors (name text primary key, role text not null, user_id uuid);
create temporary table ids (name text primary key, value text);
create function pg_temp.claims(actor actors) returns jsonb
language sql
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'sub', actor.user_id, 'role', actor.role, 'is_anonymous', case when actor.name = 'guest account' then true end,
    'aal', case when actor.name like '% with second factor' then 'aal2' end
  ))
$$;
create function pg_temp.fill_in(statement text) returns text
language plpgsql
as $$
declare
  v_statement text := statement;
  v_id ids;
begin
  for v_id in select * from ids loop
    v_statement := replace(v_statement, '{' || v_id.name || '}', quote_nullable(v_id.value));
  end loop;
  return v_statement;
end;
$$;
create function pg_temp.attempt(actor text, statement text) returns text
language plpgsql
as $$
declare
  v_actor actors;
  v_statement text := pg_temp.fill_in(statement);
  v_rows bigint;
  v_result text;
  v_detail text;
  v_constraint text;
begin
  select * into strict v_actor from actors where actors.name = attempt.actor;
  perform
    set_config('request.jwt.claims', pg_temp.claims(v_actor)::text, true),
    set_config('role', v_actor.role, true);
  begin
    execute v_statement;
    get diagnostics v_rows = row_count;
    v_result := v_rows::text;
  exception when others then
    get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
    v_result := case
      when sqlstate like 'PT%' then sqlstate || ' ' || v_detail
      when v_constraint <> '' then v_constraint
      else sqlstate
    end;
  end;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  return v_result;
end;
$$;
-- Runs one expression as an actor and keeps its JSON answer (or its error) under a name.
create temporary table answers (name text primary key, value jsonb);
create function pg_temp.ask(name text, actor text, expression text) returns jsonb
language plpgsql
as $$
declare
  v_actor actors;
  v_statement text := 'select to_jsonb(' || pg_temp.fill_in(expression) || ')';
  v_value jsonb;
begin
  select * into strict v_actor from actors where actors.name = ask.actor;
  perform
    set_config('request.jwt.claims', pg_temp.claims(v_actor)::text, true),
    set_config('role', v_actor.role, true);
  begin
    execute v_statement into v_value;
  exception when others then
    v_value := jsonb_build_object('error', sqlerrm);
  end;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  insert into answers
  values (ask.name, v_value)
  on conflict on constraint answers_pkey do update set value = excluded.value;
  return v_value;
end;
$$;
create function pg_temp.name_value(name text, value text) returns void
language sql
as $$ insert into ids values (name, value) on conflict on constraint ids_pkey do update set value = excluded.value $$;
create function pg_temp.remember(name text, statement text) returns void
language plpgsql
as $$
declare
  v_value text;
begin
  execute statement into strict v_value;
  insert into ids
  values (remember.name, v_value)
  on conflict on constraint ids_pkey do update set value = excluded.value;
end;
$$;
