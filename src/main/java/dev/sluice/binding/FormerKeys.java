package dev.sluice.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Accepts the former names of keys for one more release. A mapping that uses them is rewritten to the current names
 * before it is bound, with a warning for each; the rewritten nodes keep the line and column of the original.
 */
final class FormerKeys {

    /** The first version that refuses the former names. */
    static final String REMOVED_IN = "0.3";

    private final Diagnostics diagnostics;

    FormerKeys(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    /** The mapping in current names; the same object when it has no former one. */
    MappingNode rewrite(RecordShape shape, MappingNode mapping, String path) {
        Map<String, RecordShape.FormerKey> former = shape.formerKeys();
        Set<String> present = mapping.getValue().stream().map(FormerKeys::name).collect(Collectors.toSet());
        if (former.keySet().stream().noneMatch(present::contains)) {
            return mapping;
        }
        List<NodeTuple> rewritten = new ArrayList<>();
        Map<String, List<NodeTuple>> moved = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            RecordShape.FormerKey successor = former.get(name(tuple));
            if (successor == null) {
                rewritten.add(tuple);
            } else if (accepted(successor, tuple, present, path)) {
                NodeTuple renamed = new NodeTuple(key(successor.name(), tuple), tuple.getValueNode());
                if (successor.parent() == null) {
                    rewritten.add(renamed);
                } else {
                    moved.computeIfAbsent(successor.parent(), parent -> new ArrayList<>())
                            .add(renamed);
                }
            }
        }
        moved.forEach((parent, tuples) -> rewritten.add(nested(parent, tuples)));
        return new MappingNode(
                mapping.getTag(),
                true,
                rewritten,
                mapping.getStartMark(),
                mapping.getEndMark(),
                mapping.getFlowStyle());
    }

    /** Warns of a former key; false when it is to be left out. */
    private boolean accepted(RecordShape.FormerKey successor, NodeTuple tuple, Set<String> present, String path) {
        String former = ConfigPath.child(path, name(tuple));
        if (successor.noEffect() != null) {
            diagnostics.warn(
                    tuple.getKeyNode().getStartMark(),
                    former,
                    "has no effect: " + successor.noEffect() + "; remove it, " + REMOVED_IN + " will refuse it");
            return false;
        }
        String current = successor.parent() == null ? successor.name() : successor.parent();
        if (present.contains(current)) {
            diagnostics.error(
                    tuple.getKeyNode().getStartMark(),
                    former,
                    "is the former name of " + successor.path() + ", and " + current + " is given too (expected: only "
                            + successor.path() + ")");
            return false;
        }
        diagnostics.warn(
                tuple.getKeyNode().getStartMark(),
                former,
                "is now " + successor.path() + "; the former name is read until " + REMOVED_IN);
        return true;
    }

    private static NodeTuple nested(String parent, List<NodeTuple> tuples) {
        NodeTuple first = tuples.getFirst();
        MappingNode value = new MappingNode(
                Tag.MAP,
                true,
                tuples,
                first.getKeyNode().getStartMark(),
                tuples.getLast().getValueNode().getEndMark(),
                FlowStyle.BLOCK);
        return new NodeTuple(key(parent, first), value);
    }

    /** A key at the position of that of {@code origin}. */
    private static ScalarNode key(String name, NodeTuple origin) {
        return new ScalarNode(
                Tag.STR,
                name,
                origin.getKeyNode().getStartMark(),
                origin.getKeyNode().getEndMark(),
                ScalarStyle.PLAIN);
    }

    private static String name(NodeTuple tuple) {
        boolean plain =
                tuple.getKeyNode() instanceof ScalarNode key && !key.getTag().equals(Tag.MERGE);
        return plain ? ((ScalarNode) tuple.getKeyNode()).getValue() : "";
    }
}
