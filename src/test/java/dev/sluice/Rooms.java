package dev.sluice;

import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;

/**
 * Which package may lean on which: the table of {@code src/docs/architecture.md}, as code. A room is a package right
 * under {@code dev.sluice}, with all that is below it. The root and {@code cli} put the parts together and may see
 * every room.
 */
final class Rooms {

    private static final String ROOT = "dev.sluice";
    private static final Set<String> ASSEMBLY = Set.of("", "cli");

    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            entry("model", Set.of()),
            entry("config", Set.of("model")),
            entry("stream", Set.of("model")),
            entry("observe", Set.of("model", "config")),
            entry("bus", Set.of("model", "config", "stream")),
            entry("dialect", Set.of("model", "config")),
            entry("provider", Set.of("model", "config", "stream", "bus", "dialect", "observe")),
            entry("route", Set.of("model", "config")),
            entry("store", Set.of("model", "config")),
            entry("auth", Set.of("model", "config", "store")),
            entry("quota", Set.of("model", "config", "store")),
            entry("cache", Set.of("model", "config")),
            entry("cluster", Set.of("model", "config", "bus", "quota")),
            entry(
                    "http",
                    Set.of(
                            "model", "config", "stream", "bus", "dialect", "route", "auth", "quota", "cache", "store",
                            "cluster", "observe")),
            entry(
                    "admin",
                    Set.of(
                            "model", "config", "stream", "bus", "dialect", "route", "auth", "quota", "cache", "store",
                            "cluster", "observe", "http")),
            entry("reload", Set.of("model", "config", "bus", "provider", "route", "observe")));

    static ArchCondition<JavaClass> leanOnlyOnTheRoomsTheyMay() {
        return new ArchCondition<>("lean only on the rooms they may") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                from.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> !mayLean(from, dependency.getTargetClass()))
                        .map(Dependency::getDescription)
                        .forEach(what -> events.add(SimpleConditionEvent.violated(from, what)));
            }
        };
    }

    static ArchCondition<JavaClass> beInARoomOfTheTable() {
        return new ArchCondition<>("be in a room of the table in Rooms.java") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String room = room(type);
                boolean known = ASSEMBLY.contains(room) || MAY_IMPORT.containsKey(room);
                events.add(new SimpleConditionEvent(type, known, type.getName() + " is in the room '" + room + "'"));
            }
        };
    }

    private static boolean mayLean(JavaClass from, JavaClass to) {
        if (!isOurs(to) || ASSEMBLY.contains(room(from)) || room(from).equals(room(to))) {
            return true;
        }
        return MAY_IMPORT.getOrDefault(room(from), Set.of()).contains(room(to));
    }

    private static boolean isOurs(JavaClass type) {
        return (type.getPackageName() + ".").startsWith(ROOT + ".");
    }

    /** The package right under the root; empty for the root itself. */
    private static String room(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.", -1)[0];
    }

    private Rooms() {}
}
