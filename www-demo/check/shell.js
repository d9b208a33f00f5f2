/** The proof's own numbers as commands of bash and openssl: they repeat the draw without this page and without the house. */

/** Ends the text that bash is given. */
const END = "FAIRWHEEL";
/** What cannot be seen, and the `!` of an interactive shell: these are spelt out, the rest stands as it is. */
const SPELT = /([\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}!]+)/u;

/**
 * One line of bash that stands for exactly this text, whatever is in it.
 * @param {string} text
 */
export function quote(text) {
  const parts = text.split(SPELT).map((part, n) => (n % 2 === 1 ? `$'${spelt(part)}'` : part && `'${part.replaceAll("'", "'\\''")}'`));
  return parts.join("") || "''";
}

/** @param {string} text */
const spelt = (text) => Array.from(new TextEncoder().encode(text), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

/** The same over several lines. @param {string} text */
function quoteLines(text) {
  const lines = text.split("\n");
  if (lines.includes(END)) throw new Error("a line that would end the commands");
  // Only a line with something to spell leaves the quotes that are open over the others.
  return `'${lines.map((line) => (SPELT.test(line) ? `'${quote(line)}'` : line.replaceAll("'", "'\\''"))).join("\n")}'`;
}

/** The arithmetic, for any proof. Without `!`: see above. */
const ARITHMETIC = `sha256() { openssl dgst -sha256 -r | cut -c1-64; }
table_hash=$(printf %s "$table" | sha256)
commitment=$(printf "$(printf %s "$server_seed" | sed 's/../\\\\x&/g')" | sha256)
key=$(printf 'fairwheel-draw-v1\\n%s\\n%s\\n%s\\n%s' "$table_hash" "$nonce" "$count" "$client_seed" |
  openssl dgst -sha256 -mac HMAC -macopt hexkey:"$server_seed" -r | cut -c1-64)
words=($(head -c $(((count * 2 + 16) * 4)) /dev/zero |
  openssl enc -chacha20 -K "$key" -iv 00000000000000000000000000000000 | od -An -v -tu4))
echo "table_hash $table_hash"
echo "commitment $commitment"
echo "key $key"

# 奖品表：按角度排列，逐行读出
ids=() starts=() weights=() types=() fallback=-
while read -r kind id angle weight type rest; do
  case $kind in
    fallback) fallback=$id ;;
    prize) ids+=("$id") starts+=("$angle") weights+=("$weight") types+=("$type") ;;
  esac
done <<< "$table"
prizes=\${#ids[@]}

next=0
uniform() { # 取一个字；达到界限的跳过，余数才对每个结果公平
  local limit=$((4294967296 / $1 * $1))
  while [ "\${words[next]}" -ge $limit ]; do next=$((next + 1)); done
  uniform=$((words[next] % $1)) next=$((next + 1))
}
rarer() { # 第 $1 个奖品中得到、不是空奖，而且比发出的这个更少见
  case \${types[$1]} in empty) return 1 ;; esac
  [ "\${weights[$1]}" -gt 0 ] && [ "\${weights[$1]}" -lt "\${weights[at]}" ]
}

for ((draw = 0; draw < count; draw++)); do
  uniform 10000; ticket=$uniform
  at=0 sum=\${weights[0]}
  while [ $sum -le $ticket ]; do at=$((at + 1)) sum=$((sum + weights[at])); done
  drawn=\${ids[at]} prize=$drawn
  case " \${sold_out[draw]} " in *" $drawn "*) prize=$fallback ;; esac
  for ((at = 0; at < prizes; at++)); do [ "\${ids[at]}" = "$prize" ] && break; done
  after=$(((at + 1) % prizes)) before=$(((at + prizes - 1) % prizes))
  width=$(((starts[after] - starts[at] + 360) % 360 * 100))
  uniform $((width - 100)); offset=$((50 + uniform))
  angle=$(((starts[at] * 100 + offset) % 36000)) near=false
  if [ $offset -le 200 ] && rarer $before; then near=true; fi
  if [ $((width - offset)) -le 200 ] && rarer $after; then near=true; fi
  echo "draw $((draw + 1)) ticket $ticket drawn $drawn prize $prize angle $angle near_miss $near"
done

id=$(printf '%s\\n' fairwheel-proof-v1 "$table_hash" "$server_seed" "$client_seed" "$nonce" "$count" \\
  "$created_at" "$next_nonce" "$next_commitment" "\${sold_out[@]}" | sha256 | cut -c1-40)
echo "draw_id d1-$id"`;

/**
 * To be pasted into a terminal as it is.
 * @param {import('../common/types.js').Proof} proof one that could be read; its values need not be true
 */
export function commandsOf(proof) {
  return `bash <<'${END}'
set -eu
# 抽奖之前公布的
table=${quoteLines(proof.table_text)}
nonce=${whole(proof.nonce)} count=${whole(proof.count)}
# 抽奖之后公开的
server_seed=${quote(proof.server_seed)}
client_seed=${quote(proof.client_seed)}
sold_out=(${proof.sold_out.map((ids) => quote(ids.map(whole).join(" "))).join(" ")}) # 每一次抽奖时，已送完的奖品
created_at=${quote(proof.created_at)}
next_nonce=${whole(proof.next_nonce)}
next_commitment=${quote(proof.next_commitment)}

${ARITHMETIC}
${END}
`;
}

/** @param {number} n */
function whole(n) {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 53) throw new Error("not a whole number");
  return String(n);
}

/**
 * What the commands print if the proof is true.
 * @param {import('../common/types.js').Proof} proof
 * @param {string} key as computed here
 */
export function printedBy(proof, key) {
  const draws = proof.results.map(
    ({ ticket, drawn_prize_id, prize_id, angle, is_near_miss }, n) =>
      `draw ${n + 1} ticket ${ticket} drawn ${drawn_prize_id} prize ${prize_id} angle ${angle} near_miss ${is_near_miss}`,
  );
  return [`table_hash ${proof.table_hash}`, `commitment ${proof.commitment}`, `key ${key}`, ...draws, `draw_id ${proof.draw_id}`, ""].join("\n");
}
