-- Names of any script in Latin letters, for links and for typo-tolerant search. Readable rather than scholarly: "Кафе Ромашка"
-- becomes kafe romashka, "रंगोली" rangoli. What has no entry (Chinese, for one) is left out.
create function private.transliterate(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  c_letters constant jsonb := '{
    "а":"a","б":"b","в":"v","г":"g","ґ":"g","д":"d","ђ":"dj","е":"e","ё":"e","є":"ye","ж":"zh","з":"z","и":"i","і":"i","ї":"yi","й":"y","ј":"j","к":"k","л":"l","љ":"lj",
    "м":"m","н":"n","њ":"nj","о":"o","п":"p","р":"r","с":"s","т":"t","ћ":"c","у":"u","ў":"u","ф":"f","х":"kh","ц":"ts","ч":"ch","џ":"dz","ш":"sh","щ":"shch","ъ":"","ы":"y","ь":"","э":"e","ю":"yu","я":"ya",
    "α":"a","β":"v","γ":"g","δ":"d","ε":"e","ζ":"z","η":"i","θ":"th","ι":"i","κ":"k","λ":"l","μ":"m","ν":"n","ξ":"x","ο":"o","π":"p","ρ":"r","σ":"s","ς":"s","τ":"t","υ":"y","φ":"f","χ":"ch","ψ":"ps","ω":"o",
    "ά":"a","έ":"e","ή":"i","ί":"i","ό":"o","ύ":"y","ώ":"o","ϊ":"i","ϋ":"y",
    "ا":"a","أ":"a","إ":"i","آ":"a","ب":"b","پ":"p","ت":"t","ث":"th","ج":"j","چ":"ch","ح":"h","خ":"kh","د":"d","ذ":"dh","ر":"r","ز":"z","ژ":"zh","س":"s","ش":"sh","ص":"s","ض":"d","ط":"t","ظ":"z","ع":"a","غ":"gh","ف":"f","ق":"q","ك":"k","ک":"k","گ":"g","ل":"l","م":"m","ن":"n","ه":"h","ة":"a","و":"w","ؤ":"w","ي":"y","ی":"y","ئ":"y","ى":"a","ء":"","ٹ":"t","ڈ":"d","ڑ":"r","ں":"n","ے":"e","ھ":"h",
    "٠":"0","١":"1","٢":"2","٣":"3","٤":"4","٥":"5","٦":"6","٧":"7","٨":"8","٩":"9","۰":"0","۱":"1","۲":"2","۳":"3","۴":"4","۵":"5","۶":"6","۷":"7","۸":"8","۹":"9",
    "א":"a","ב":"b","ג":"g","ד":"d","ה":"h","ו":"v","ז":"z","ח":"h","ט":"t","י":"y","כ":"k","ך":"k","ל":"l","מ":"m","ם":"m","נ":"n","ן":"n","ס":"s","ע":"a","פ":"p","ף":"p","צ":"ts","ץ":"ts","ק":"k","ר":"r","ש":"sh","ת":"t",
    "ა":"a","ბ":"b","გ":"g","დ":"d","ე":"e","ვ":"v","ზ":"z","თ":"t","ი":"i","კ":"k","ლ":"l","მ":"m","ნ":"n","ო":"o","პ":"p","ჟ":"zh","რ":"r","ს":"s","ტ":"t","უ":"u","ფ":"p","ქ":"k","ღ":"gh","ყ":"q","შ":"sh","ჩ":"ch","ც":"ts","ძ":"dz","წ":"ts","ჭ":"ch","ხ":"kh","ჯ":"j","ჰ":"h",
    "あ":"a","い":"i","う":"u","え":"e","お":"o","か":"ka","き":"ki","く":"ku","け":"ke","こ":"ko","さ":"sa","し":"shi","す":"su","せ":"se","そ":"so","た":"ta","ち":"chi","つ":"tsu","て":"te","と":"to","な":"na","に":"ni","ぬ":"nu","ね":"ne","の":"no","は":"ha","ひ":"hi","ふ":"fu","へ":"he","ほ":"ho","ま":"ma","み":"mi","む":"mu","め":"me","も":"mo","や":"ya","ゆ":"yu","よ":"yo","ら":"ra","り":"ri","る":"ru","れ":"re","ろ":"ro","わ":"wa","を":"o","ん":"n",
    "が":"ga","ぎ":"gi","ぐ":"gu","げ":"ge","ご":"go","ざ":"za","じ":"ji","ず":"zu","ぜ":"ze","ぞ":"zo","だ":"da","ぢ":"ji","づ":"zu","で":"de","ど":"do","ば":"ba","び":"bi","ぶ":"bu","べ":"be","ぼ":"bo","ぱ":"pa","ぴ":"pi","ぷ":"pu","ぺ":"pe","ぽ":"po","ゃ":"ya","ゅ":"yu","ょ":"yo"
  }';
  -- The scripts of India share one layout (ISCII), 128 code points each; these are its rows, by offset in the block.
  c_vowels constant text[] := string_to_array('a aa i ii u uu ri li e e e ai o o o au', ' ');       -- from 0x05
  c_consonants constant text[] := string_to_array(
    'k kh g gh ng ch chh j jh ny t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h', ' ');  -- from 0x15
  c_signs constant text[] := string_to_array('a i i u u ri ri e e e ai o o o au', ' ');              -- from 0x3e
  c_initials constant text[] := string_to_array('g kk n d tt r m b pp s ss  j jj ch k t p h', ' ');
  c_medials constant text[] := string_to_array('a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i', ' ');
  c_finals constant text[] := string_to_array(' k k k n n n t l k m l l l p l m p p t t ng t t k t p h', ' ');
  v_text text := private.fold(transliterate.value);
  v_characters text[];
  v_character text;
  v_code integer;
  v_next integer;
  v_result text := '';
  v_index integer := 1;
begin
  if v_text ~ '^[\u0001-\u007f]*$' then
    return v_text;
  end if;
  v_characters := string_to_array(v_text, null);
  while v_index <= cardinality(v_characters) loop
    v_character := v_characters[v_index];
    v_code := ascii(v_character);
    if v_code < 128 then
      v_result := v_result || v_character;
    elsif v_code between x'0900'::integer and x'0d7f'::integer then
      v_code := v_code % 128;
      if v_code between 21 and 57 then
        v_result := v_result || c_consonants[v_code - 20];
        v_next := coalesce(ascii(v_characters[v_index + 1]), 0);
        if v_next between x'0900'::integer and x'0d7f'::integer then
          -- A vowel sign or the virama replaces the vowel that a bare consonant carries; at the end of a word it is silent.
          if v_next % 128 <> 77 and v_next % 128 not between 62 and 76 and v_next % 128 <> 60 then
            v_result := v_result || 'a';
          end if;
        end if;
      elsif v_code between 5 and 20 then
        v_result := v_result || c_vowels[v_code - 4];
      elsif v_code between 62 and 76 then
        v_result := v_result || c_signs[v_code - 61];
      elsif v_code in (1, 2) then
        v_result := v_result || 'n';
      elsif v_code = 3 then
        v_result := v_result || 'h';
      elsif v_code between 102 and 111 then
        v_result := v_result || (v_code - 102)::text;
      end if;
    elsif v_code between x'ac00'::integer and x'd7a3'::integer then
      v_code := v_code - x'ac00'::integer;
      v_result := v_result || c_initials[v_code / 588 + 1] || c_medials[v_code % 588 / 28 + 1] || c_finals[v_code % 28 + 1];
    else
      -- Katakana lies 96 code points above hiragana.
      if v_code between x'30a1'::integer and x'30f6'::integer then
        v_character := chr(v_code - 96);
      end if;
      v_result := v_result || coalesce(c_letters ->> v_character, '');
    end if;
    v_index := v_index + 1;
  end loop;
  return v_result;
end;
$$;
comment on function private.transliterate(text) is
  'Text in Latin letters, lower case: Cyrillic, Greek, Arabic, Hebrew, Georgian, the scripts of India, kana and Hangul.';
grant execute on function private.transliterate(text) to anon, authenticated, service_role;

create function private.slugify(value text, max_length integer default 60) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_slug text;
begin
  v_slug := btrim(regexp_replace(private.transliterate(left(slugify.value, 400)), '[^a-z0-9]+', '-', 'g'), '-');
  if length(v_slug) > slugify.max_length then
    -- Cut between words where that leaves enough.
    v_slug := left(v_slug, slugify.max_length);
    v_slug := btrim(case when v_slug ~ '^.{20,}-' then regexp_replace(v_slug, '-[^-]*$', '') else v_slug end, '-');
  end if;
  return nullif(v_slug, '');
end;
$$;
comment on function private.slugify(text, integer) is 'A name as part of a URL: a-z, 0-9 and single hyphens. Null when nothing of it can be written so.';
grant execute on function private.slugify(text, integer) to anon, authenticated, service_role;
