-- Thai, Lao, Burmese, Khmer, kana, bopomofo, Chinese characters, Yi and Hangul. Koreans do write spaces, but not
-- between the words of which a word is made.
create or replace function private.unspaced_letters() returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return
    e'\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109f\u1780-\u17d3'
    '\u17d7\u17dc\u17dd\u3005-\u3007\u3031-\u3035\u303b\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u312f'
    '\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\uaa60-\uaa7f\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff';
end;
$$;
comment on function private.unspaced_letters() is
  'Letters of scripts that write no spaces between words, as the inside of [] in a pattern.';
