-- Letters of any script in Latin ones, for links and for search that forgives typos. Readable rather than
-- scholarly: "Кафе Ромашка" becomes kafe romashka, "रंगोली" rangoli. A letter without an entry is left out; Chinese
-- has a table of its own, private.pinyin().
--
-- Capitals are resolved by private.transliterate(): X takes away the vowel that the letter before it carries ("क"
-- is kA and "ि" Xi, so "कि" is ki), A is a vowel that is silent at the end of a word, O one that "อ" and "ո" have
-- only while no other follows.
create or replace function private.latin_letters() returns jsonb
language sql immutable parallel safe
set search_path = ''
as $$
  select jsonb_object_agg(
    chr(blocks.first + (letters.place - 1)::integer),
    blocks.before || replace(letters.latin, '.', '') || blocks.after
  ) || '{
    "а":"a","б":"b","в":"v","г":"g","ґ":"g","д":"d","ђ":"dj","е":"e","ё":"e","є":"ye","ж":"zh","з":"z","и":"i",
    "і":"i","ї":"yi","й":"y","ј":"j","к":"k","л":"l","љ":"lj",
    "м":"m","н":"n","њ":"nj","о":"o","п":"p","р":"r","с":"s","т":"t","ћ":"c","у":"u","ў":"u","ф":"f","х":"kh",
    "ц":"ts","ч":"ch","џ":"dz","ш":"sh","щ":"shch","ъ":"","ы":"y","ь":"","э":"e","ю":"yu","я":"ya",
    "α":"a","β":"v","γ":"g","δ":"d","ε":"e","ζ":"z","η":"i","θ":"th","ι":"i","κ":"k","λ":"l","μ":"m","ν":"n",
    "ξ":"x","ο":"o","π":"p","ρ":"r","σ":"s","ς":"s","τ":"t","υ":"y","φ":"f","χ":"ch","ψ":"ps","ω":"o",
    "ά":"a","έ":"e","ή":"i","ί":"i","ό":"o","ύ":"y","ώ":"o","ϊ":"i","ϋ":"y",
    "ا":"a","أ":"a","إ":"i","آ":"a","ب":"b","پ":"p","ت":"t","ث":"th","ج":"j","چ":"ch","ح":"h","خ":"kh","د":"d",
    "ذ":"dh","ر":"r","ز":"z","ژ":"zh","س":"s","ش":"sh","ص":"s","ض":"d","ط":"t","ظ":"z","ع":"a","غ":"gh","ف":"f",
    "ق":"q","ك":"k","ک":"k","گ":"g","ل":"l","م":"m","ن":"n","ه":"h","ة":"a","و":"w","ؤ":"w","ي":"y","ی":"y",
    "ئ":"y","ى":"a","ء":"","ٹ":"t","ڈ":"d","ڑ":"r","ں":"n","ے":"e","ھ":"h",
    "א":"a","ב":"b","ג":"g","ד":"d","ה":"h","ו":"v","ז":"z","ח":"h","ט":"t","י":"y","כ":"k","ך":"k","ל":"l",
    "מ":"m","ם":"m","נ":"n","ן":"n","ס":"s","ע":"a","פ":"p","ף":"p","צ":"ts","ץ":"ts","ק":"k","ר":"r","ש":"sh",
    "ת":"t",
    "ა":"a","ბ":"b","გ":"g","დ":"d","ე":"e","ვ":"v","ზ":"z","თ":"t","ი":"i","კ":"k","ლ":"l","მ":"m","ნ":"n",
    "ო":"o","პ":"p","ჟ":"zh","რ":"r","ს":"s","ტ":"t","უ":"u","ფ":"p","ქ":"k","ღ":"gh","ყ":"q","შ":"sh","ჩ":"ch",
    "ც":"ts","ძ":"dz","წ":"ts","ჭ":"ch","ხ":"kh","ჯ":"j","ჰ":"h",
    "あ":"a","い":"i","う":"u","え":"e","お":"o","か":"ka","き":"ki","く":"ku","け":"ke","こ":"ko","さ":"sa","し":"shi",
    "す":"su","せ":"se","そ":"so","た":"ta","ち":"chi","つ":"tsu","て":"te","と":"to","な":"na","に":"ni","ぬ":"nu",
    "ね":"ne","の":"no","は":"ha","ひ":"hi","ふ":"fu","へ":"he","ほ":"ho","ま":"ma","み":"mi","む":"mu","め":"me","も":"mo",
    "や":"ya","ゆ":"yu","よ":"yo","ら":"ra","り":"ri","る":"ru","れ":"re","ろ":"ro","わ":"wa","を":"o","ん":"n",
    "が":"ga","ぎ":"gi","ぐ":"gu","げ":"ge","ご":"go","ざ":"za","じ":"ji","ず":"zu","ぜ":"ze","ぞ":"zo","だ":"da","ぢ":"ji",
    "づ":"zu","で":"de","ど":"do","ば":"ba","び":"bi","ぶ":"bu","べ":"be","ぼ":"bo","ぱ":"pa","ぴ":"pi","ぷ":"pu","ぺ":"pe",
    "ぽ":"po","ゃ":"ya","ゅ":"yu","ょ":"yo",
    "ৎ":"t","ৰ":"rA","ৱ":"vA","ୟ":"ya","ୱ":"va","ੰ":"n","ൺ":"n","ൻ":"n","ർ":"r","ൽ":"l","ൾ":"l","ൿ":"k","ॐ":"om",
    "༌":" ","་":" ","འ":"","ཾ":"m","ཿ":"h","ဿ":"tha",
    "ሀ":"ha","ሐ":"ha","ኀ":"ha","አ":"a","እ":"e","ዐ":"a","ዕ":"e","፡":" "
  }'
  from (
    -- Alphabets in the order of their code points; a dot is a sound that is not written, or a code point without a
    -- letter.
    values
      -- Armenian
      (x'0561'::integer, '',
        'a b g d e z e e t zh i l kh ts k h dz gh ch m y n sh O ch p j r s v t r ts Xu p k o f', ''),
      -- Thaana
      (x'0780'::integer, '',
        'h sh n r b lh k . v m f dh th l g ny s d z t y p j ch th h kh dh z sh s d t z . gh q w', ''),
      (x'07a6'::integer, '', 'a a i i u u e e o o', ''),
      -- Sinhala
      (x'0d82'::integer, '', 'n h', ''),
      (x'0d85'::integer, '', 'a a ae ae i i u u ri ri li li e e ai o o au', ''),
      (x'0d9a'::integer, '',
        'k kh g gh ng ng ch ch j jh ny jn nj t th d dh n nd t th d dh n . nd p ph b bh m mb y r . l . . v sh sh s '
        'h l f', 'a'),
      (x'0dca'::integer, 'X', '.', ''),
      (x'0dcf'::integer, 'X', 'a ae ae i i u . u . ru e e ai o o au li', ''),
      -- Thai
      (x'0e01'::integer, '',
        'k kh kh kh kh kh ng ch ch ch s ch y d t th th th n d t th th th n b p ph f ph f ph m y r rue l lue w s s '
        's h l O h', ''),
      (x'0e30'::integer, 'X', 'a a a am i i ue ue u u', ''),
      (x'0e40'::integer, 'X', 'e ae o ai ai', ''),
      -- Lao
      (x'0e81'::integer, '',
        'k kh . kh . gh ng ch ch s . jh ny ny t th d dh n d t th th dh n b p ph f ph f bh m y r . l . v s s s h l '
        'O h', ''),
      (x'0eb0'::integer, 'X', 'a a a am i i ue ue u u . o l ia', ''),
      (x'0ec0'::integer, 'X', 'e ae o ai ai', ''),
      -- Tibetan: letters, those written below others, vowels
      (x'0f40'::integer, '',
        'k kh g gh ng c ch j . ny t th d dh n t th d dh n p ph b bh m ts tsh dz dzh w zh z . y r l sh sh s h . '
        'ksh r', 'A'),
      (x'0f90'::integer, 'X',
        'k kh g gh ng c ch j . ny t th d dh n t th d dh n p ph b bh m ts tsh dz dzh w zh z . y r l sh sh s h . '
        'ksh w y r', 'A'),
      (x'0f72'::integer, 'X', 'i i u u ri ri li li e ai o au', ''),
      (x'0f80'::integer, 'X', 'i', ''),
      -- Burmese
      (x'1000'::integer, '', 'k kh g gh ng s hs z z ny ny t ht d d n t ht d d n p hp b b m y y l w th h l .', 'a'),
      (x'1023'::integer, '', 'i i u u e . o o', ''),
      (x'102b'::integer, 'X', 'a a i i u u e e i o e an', ''),
      (x'1039'::integer, 'X', '. .', ''),
      (x'103b'::integer, 'X', 'y y w h', 'a'),
      -- Khmer
      (x'1780'::integer, '',
        'k kh k kh ng ch chh ch chh nh d th d th n t th t th n b ph p ph m y r l v sh sh s h l .', 'A'),
      (x'17a3'::integer, '', 'a a e ei o o ou au rue rue lue lue ae ai ao ao au', ''),
      (x'17b6'::integer, 'X', 'a i ei oe ue u ou uo aeu oea ie e ae ai ao au om ah a', ''),
      (x'17d2'::integer, 'X', '.', ''),
      -- Mongolian
      (x'1820'::integer, '', 'a e i o u o u e n ng b p kh g m l s sh t d ch j y r w f k kh ts z h r lh zh ch', '')
    union all
    -- The scripts of India share one layout (ISCII), 128 code points each. From Oriya on, a last vowel is spoken.
    select
      scripts.first + rows.first, rows.before, rows.letters,
      case when scripts.first < x'0b00'::integer then rows.after else lower(rows.after) end
    from generate_series(x'0900'::integer, x'0d00'::integer, 128) as scripts (first)
    cross join (
      values
        (x'01'::integer, '', 'n n h', ''),
        (x'05'::integer, '', 'a aa i ii u uu ri li e e e ai o o o au', ''),
        (x'15'::integer, '',
          'k kh g gh ng ch chh j jh ny t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h', 'A'),
        (x'3e'::integer, 'X', 'a i i u u ri ri e e e ai o o o au', ''),
        (x'4d'::integer, 'X', '.', '')
    ) as rows (first, before, letters, after)
    union all
    -- Ethiopic has eight letters for each consonant.
    select
      x'1200'::integer + (consonants.place - 1)::integer * 8, replace(consonants.latin, '.', ''),
      'e u i a e . o wa', ''
    from string_to_table(
      'h l h m s r s sh q qw q qw b v t ch h hw n ny . k kw kh khw w . z zh y d d j g gw ng t ch p ts ts f p', ' '
    ) with ordinality as consonants (latin, place)
    union all
    select digits.zero, '', '0 1 2 3 4 5 6 7 8 9', ''
    from unnest(array[
      x'0660', x'06f0', x'0966', x'09e6', x'0a66', x'0ae6', x'0b66', x'0be6', x'0c66', x'0ce6', x'0d66', x'0de6',
      x'0e50', x'0ed0', x'0f20', x'1040', x'17e0', x'1810'
    ]::integer[]) as digits (zero)
  ) as blocks (first, before, letters, after)
  cross join string_to_table(blocks.letters, ' ') with ordinality as letters (latin, place);
$$;
comment on function private.latin_letters() is
  'Letters of other alphabets, each with what private.transliterate() writes for it. A constant, worked out once '
  'in a session.';
grant execute on function private.latin_letters() to anon, authenticated, service_role;
