package dev.sluice.binding;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Binds YAML nodes to records, by the {@link Key} of each component. It reports a mistake, uses the default and
 * continues, so that one pass finds every mistake. After a mistake the result may contain nulls and must only be used
 * to find more mistakes.
 */
public final class RecordBinder {

    /** The error for a key or value that is reserved and not supported by this version. */
    public static final String RESERVED = "known to Sluice but not served by this version";

    private static final int SHORT_LIST = 8;

    private final Diagnostics diagnostics;
    private final ScalarReader scalars;
    private final Map<Class<?>, Set<String>> reserved;
    private final FormerKeys formerKeys;

    public RecordBinder(Diagnostics diagnostics, ScalarReader scalars) {
        this(diagnostics, scalars, Map.of());
    }

    /** @param reserved reserved keys that a file must not have yet, by the record to which they will belong */
    public RecordBinder(Diagnostics diagnostics, ScalarReader scalars, Map<Class<?>, Set<String>> reserved) {
        this.diagnostics = diagnostics;
        this.scalars = scalars;
        this.reserved = reserved;
        this.formerKeys = new FormerKeys(diagnostics);
    }

    public <T extends Record> T bind(Class<T> type, Node root) {
        return type.cast(record(RecordShape.of(type), root, ConfigPath.ROOT));
    }

    public <T extends Record> Map<String, T> bindMap(Class<T> type, Node root) {
        Map<String, T> bound = new LinkedHashMap<>();
        entries(root, ConfigPath.ROOT)
                .forEach((name, node) -> bound.put(
                        name, type.cast(record(RecordShape.of(type), node, ConfigPath.child(ConfigPath.ROOT, name)))));
        return Collections.unmodifiableMap(bound);
    }

    private Object record(RecordShape shape, Node node, String path) {
        if (!(absent(node) || node instanceof MappingNode)) {
            diagnostics.error(node.getStartMark(), path, "found " + describe(node) + " (expected: keys and values)");
            return defaults(shape);
        }
        Node current = node instanceof MappingNode mapping ? formerKeys.rewrite(shape, mapping, path) : node;
        Map<String, Node> entries = entries(current, path);
        rejectUnknown(shape, current, path);
        return fill(shape, entries, path);
    }

    private Object fill(RecordShape shape, Map<String, Node> entries, String path) {
        return shape.create(shape.fields().stream()
                .map(field -> field.flat()
                        ? fill(RecordShape.of(field.type()), entries, path)
                        : component(field, entries.get(field.name()), path))
                .toArray());
    }

    private Object component(RecordShape.Field field, Node node, String parent) {
        String path = ConfigPath.child(parent, field.name());
        if (absent(node)) {
            if (field.key().required()) {
                diagnostics.error(parent, "\"" + field.name() + "\" is missing");
            }
            return absentValue(field);
        }
        Object value = value(field.type(), field.key(), node, path);
        return value == null ? absentValue(field) : value;
    }

    private Object value(Type type, Key key, Node node, String path) {
        if (RecordShape.isList(type)) {
            return list(RecordShape.element(type), key, node, path);
        }
        if (RecordShape.isMap(type)) {
            return map(RecordShape.element(type), key, node, path);
        }
        if (RecordShape.isRecord(type) && type != ByteSize.class) {
            return record(RecordShape.of(type), node, path);
        }
        Class<?> raw = (Class<?>) type;
        if (node instanceof ScalarNode scalar && plainTag(node)) {
            return scalars.read(ScalarKind.of(raw), raw, key, scalar, path);
        }
        String expected = ScalarReader.expectation(ScalarKind.of(raw), raw, key);
        diagnostics.error(node.getStartMark(), path, "found " + describe(node) + " (expected: " + expected + ")");
        return null;
    }

    private Object list(Type element, Key key, Node node, String path) {
        if (!(node instanceof SequenceNode sequence)) {
            diagnostics.error(node.getStartMark(), path, "found " + describe(node) + " (expected: a list)");
            return null;
        }
        List<Object> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            String itemPath = ConfigPath.item(path, items.size());
            diagnostics.recordPosition(itemPath, item.getStartMark());
            if (absent(item)) {
                diagnostics.error(item.getStartMark(), itemPath, "is empty (expected: a value)");
            }
            items.add(absent(item) ? emptyItem(element) : value(element, key, item, itemPath));
        }
        return Collections.unmodifiableList(items);
    }

    private Object map(Type element, Key key, Node node, String path) {
        if (!(node instanceof MappingNode)) {
            diagnostics.error(node.getStartMark(), path, "found " + describe(node) + " (expected: names and values)");
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        entries(node, path).forEach((name, child) -> {
            String childPath = ConfigPath.child(path, name);
            boolean record = RecordShape.isRecord(element);
            if (absent(child) && !record) {
                diagnostics.error(childPath, "is empty (expected: a value)");
            }
            values.put(name, absent(child) && !record ? null : value(element, key, child, childPath));
        });
        return Collections.unmodifiableMap(values);
    }

    /**
     * The children by name. Records the position of each. Reports duplicate keys, merge keys and keys that are not
     * text.
     */
    private Map<String, Node> entries(Node node, String path) {
        Map<String, Node> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            return entries;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                diagnostics.error(
                        tuple.getKeyNode().getStartMark(), path, "a key must be text (expected: name: value)");
                continue;
            }
            String child = ConfigPath.child(path, key.getValue());
            if (key.getTag().equals(Tag.MERGE)) {
                diagnostics.error(
                        key.getStartMark(),
                        child,
                        "merge keys are not supported (expected: an alias for a whole value)");
            } else if (entries.containsKey(key.getValue())) {
                diagnostics.error(key.getStartMark(), child, "duplicate key (expected: each key once)");
            } else {
                entries.put(key.getValue(), tuple.getValueNode());
                boolean scalar = tuple.getValueNode() instanceof ScalarNode && !absent(tuple.getValueNode());
                diagnostics.recordPosition(child, scalar ? tuple.getValueNode().getStartMark() : key.getStartMark());
            }
        }
        return entries;
    }

    private void rejectUnknown(RecordShape shape, Node node, String path) {
        if (!(node instanceof MappingNode mapping)) {
            return;
        }
        Map<String, RecordShape.Field> known = shape.keys();
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key
                    && !key.getTag().equals(Tag.MERGE)
                    && !known.containsKey(key.getValue())) {
                String name = key.getValue();
                String child = ConfigPath.child(path, name);
                diagnostics.error(key.getStartMark(), child, unknown(shape, name, known));
            }
        }
    }

    private String unknown(RecordShape shape, String name, Map<String, ?> known) {
        if (reserved.getOrDefault(shape.type(), Set.of()).contains(name)) {
            return RESERVED;
        }
        String hint = Suggestion.hint(name, known.keySet());
        if (hint.isEmpty() && known.size() <= SHORT_LIST) {
            hint = " (expected: " + String.join(", ", known.keySet()) + ")";
        }
        return "unknown key" + hint;
    }

    private Object absentValue(RecordShape.Field field) {
        Type type = field.type();
        if (!field.key().or().isEmpty()) {
            return scalars.literal(type, field.key().or());
        }
        if (RecordShape.isList(type)) {
            return List.of();
        }
        if (RecordShape.isMap(type)) {
            return Map.of();
        }
        if (RecordShape.isRecord(type) && type != ByteSize.class) {
            RecordShape shape = RecordShape.of(type);
            return shape.hasRequiredKey() ? null : defaults(shape);
        }
        return null;
    }

    /** The defaults of all keys, with null for each required key. */
    private Object defaults(RecordShape shape) {
        return shape.create(shape.fields().stream()
                .map(field -> field.flat() ? defaults(RecordShape.of(field.type())) : absentValue(field))
                .toArray());
    }

    private Object emptyItem(Type element) {
        return RecordShape.isRecord(element) ? defaults(RecordShape.of(element)) : null;
    }

    private static boolean absent(Node node) {
        return node == null || node.getTag().equals(Tag.NULL);
    }

    /** False for custom tags such as {@code !vault}, which are not supported. */
    private static boolean plainTag(Node node) {
        return node.getTag().getValue().startsWith(Tag.PREFIX);
    }

    private static String describe(Node node) {
        return switch (node.getNodeId()) {
            case mapping -> "keys and values";
            case sequence -> "a list";
            case scalar -> plainTag(node) ? "a single value" : "a tagged value";
            case anchor -> "an anchor";
        };
    }
}
