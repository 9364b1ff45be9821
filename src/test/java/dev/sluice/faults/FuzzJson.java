package dev.sluice.faults;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random changes of JSON texts: values of other types, missing and added members, odd text, depth, size, and now and
 * then text that is no JSON any more.
 */
final class FuzzJson {

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1e1",
            "0.5",
            "-0",
            "1E400",
            "2147483648",
            "9223372036854775808",
            "-99999999999999999999999999",
            "0.000000000000000000000000000000000001",
            "\"\"",
            "\" \"",
            "\"1\"",
            "\"true\"",
            "\"null\"",
            "\"auto\"",
            "\"user\"",
            "\"assistant\"",
            "\"tool\"",
            "\"text\"",
            "\"image_url\"",
            "\"data:image/png;base64,AAAA\"",
            "\"data:;base64,\"",
            "\"https://example.com/a.png\"",
            "\"function\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\u202e\u200b\ufeff\uffff\"",
            "\"\uD83D\uDC69\u200D\uD83D\uDE80\"",
            "\"\\r\\n\\r\\ndata: [DONE]\\n\\n\"",
            "\"../../etc/passwd\"",
            "\"%00%2f..\"",
            "\"a@example.com 4111 1111 1111 1111\"",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "[{}]",
            "{\"\":null}",
            "{\"type\":null}",
            "{\"type\":\"text\"}",
            "[{\"type\":\"text\",\"text\":null}]",
            "[\"a\",1,null,{}]",
            "{\"a\":{\"b\":{\"c\":[]}}}");

    private static final List<String> NAMES = List.of(
            "model",
            "messages",
            "role",
            "content",
            "type",
            "text",
            "tools",
            "tool_calls",
            "function",
            "arguments",
            "id",
            "name",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "n",
            "stop",
            "temperature",
            "user",
            "metadata",
            "input",
            "instructions",
            "system",
            "thinking",
            "reasoning",
            "reasoning_effort",
            "response_format",
            "tool_choice",
            "sluice",
            "cache_control",
            "image_url",
            "file",
            "audio",
            "logit_bias",
            "top_logprobs",
            "usage",
            "choices",
            "delta",
            "index",
            "finish_reason",
            "error",
            "code",
            "status",
            "output",
            "__proto__",
            "",
            "Model");

    private final Random random;

    FuzzJson(Random random) {
        this.random = random;
    }

    /** The text with some changes, mostly still JSON; often unchanged. */
    String mutate(String text) {
        if (random.nextInt(4) == 0) {
            return text;
        }
        String changed = text;
        try {
            Object root = tree(Json.decodeValue(text));
            for (int i = random.nextInt(4); i >= 0; i--) {
                change(root);
            }
            changed = write(root);
        } catch (DecodeException notJson) {
            // The text of a stream, or none; only its characters are changed.
        }
        return random.nextInt(12) == 0 ? damage(changed) : changed;
    }

    /** Sets a member of the top level, if there is one. */
    static String with(String text, String name, String value) {
        try {
            return Json.decodeValue(text) instanceof JsonObject object
                    ? object.put(name, value).encode()
                    : text;
        } catch (DecodeException notJson) {
            return text;
        }
    }

    /** Changes some characters, wherever they are. */
    String damage(String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0 && !changed.isEmpty(); i--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(7)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 ->
                    changed.insert(at, pick(List.of("\"", "{", "}", "[", "]", ",", ":", "\\", "\0", "\r\n", "/*")));
                case 2 -> changed.setLength(at);
                case 3 -> changed.setCharAt(at, (char) random.nextInt(0x250));
                case 4 -> changed.insert(0, '\ufeff');
                case 5 -> changed.append(changed.substring(at));
                default -> changed.insert(at, pick(VALUES));
            }
        }
        return changed.toString();
    }

    private void change(Object root) {
        Object node = root;
        // Down a random way, and a random number of steps.
        for (int steps = random.nextInt(7); steps > 0; steps--) {
            Object child = child(node);
            if (!(child instanceof Map || child instanceof List)) {
                break;
            }
            node = child;
        }
        if (node instanceof Map) {
            changeMap(members(node));
        } else if (node instanceof List) {
            changeList(elements(node));
        }
    }

    private void changeMap(Map<String, Object> map) {
        List<String> names = new ArrayList<>(map.keySet());
        String name = names.isEmpty() ? "new" : pick(names);
        switch (random.nextInt(8)) {
            case 0 -> map.remove(name);
            case 1 -> map.put(pick(NAMES), value());
            case 2 -> map.put("extra_" + random.nextInt(9), value());
            case 3 -> map.put(name, new ArrayList<>(List.of(map.getOrDefault(name, Raw.NULL))));
            case 4 -> map.put(pick(NAMES), map.getOrDefault(name, Raw.NULL));
            case 5 -> map.put(swapCase(name), value());
            default -> map.put(name, value());
        }
    }

    private void changeList(List<Object> list) {
        if (list.isEmpty()) {
            list.add(value());
            return;
        }
        int at = random.nextInt(list.size());
        switch (random.nextInt(6)) {
            case 0 -> list.remove(at);
            case 1 -> list.add(at, value());
            case 2 -> {
                Object each = list.get(at);
                for (int i = random.nextInt(1, 60); i > 0; i--) {
                    list.add(each);
                }
            }
            case 3 -> list.add(list.get(at));
            default -> list.set(at, value());
        }
    }

    private Object value() {
        int choice = random.nextInt(100);
        if (choice < 80) {
            return new Raw(pick(VALUES));
        } else if (choice < 84) {
            return new Raw("[".repeat(choice) + "]".repeat(choice));
        } else if (choice < 86) {
            return new Raw("{\"a\":".repeat(250) + "1" + "}".repeat(250));
        } else {
            BodyShape shape = pick(List.of(BodyShape.values()));
            return new Raw(shape.value(choice == 99 ? random.nextInt(600_000) : random.nextInt(1, 5_000)));
        }
    }

    private Object child(Object node) {
        if (node instanceof Map<?, ?> map && !map.isEmpty()) {
            return map.get(pick(new ArrayList<>(map.keySet())));
        } else if (node instanceof List<?> list && !list.isEmpty()) {
            return list.get(random.nextInt(list.size()));
        }
        return null;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String swapCase(String name) {
        return name.isEmpty() ? "A" : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(Object node) {
        return (Map<String, Object>) node;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> elements(Object node) {
        return (List<Object>) node;
    }

    private static Object tree(Object value) {
        if (value instanceof JsonObject object) {
            Map<String, Object> map = new LinkedHashMap<>();
            object.forEach(member -> map.put(member.getKey(), tree(member.getValue())));
            return map;
        } else if (value instanceof JsonArray array) {
            List<Object> list = new ArrayList<>();
            array.forEach(each -> list.add(tree(each)));
            return list;
        }
        return new Raw(Json.encode(value));
    }

    private static String write(Object node) {
        StringBuilder out = new StringBuilder();
        write(node, out);
        return out.toString();
    }

    private static void write(Object node, StringBuilder out) {
        if (node instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> member : map.entrySet()) {
                out.append(comma).append(Json.encode(member.getKey())).append(':');
                write(member.getValue(), out);
                comma = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (node instanceof List<?> list) {
            String comma = "[";
            for (Object each : list) {
                out.append(comma);
                write(each, out);
                comma = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else {
            out.append(((Raw) node).text());
        }
    }

    /** A value as text, which no JSON library would write. */
    private record Raw(String text) {
        private static final Raw NULL = new Raw("null");
    }
}
