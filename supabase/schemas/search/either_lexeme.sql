create or replace function private.either_lexeme(lexeme text, other text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when either_lexeme.other is null then format('''%s''', either_lexeme.lexeme)
    else format('(''%s'' | ''%s'')', either_lexeme.lexeme, either_lexeme.other)
  end;
end;
$$;
comment on function private.either_lexeme(text, text) is
  'One of two lexemes, or the first if there is no other, as the text of a tsquery.';
