package dev.sluice.binding;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The keys of a config record in order of declaration, for parser, schema and printer. */
public final class RecordShape {

    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return new RecordShape(type);
        }
    };

    /** One key. A flat field has no key of its own: the keys of its record belong to the parent. */
    public record Field(String name, Key key, Type type, Method accessor) {

        public boolean flat() {
            return key.flat();
        }

        public Object of(Object record) {
            try {
                return accessor.invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + accessor, e);
            }
        }
    }

    /**
     * The successor of a former key.
     *
     * @param name its current name; null when the key was removed
     * @param parent the nested mapping it moved to; null when it did not move
     * @param field the declaration of the current key; null when the key was removed
     * @param noEffect why a removed key has no effect; else null
     */
    public record FormerKey(String name, String parent, RecordShape.Field field, String noEffect) {

        /** The current name, below the mapping that has the former one. */
        public String path() {
            return parent == null ? name : parent + "." + name;
        }
    }

    private final Class<?> type;
    private final Constructor<?> constructor;
    private final List<Field> fields;
    /** The index of each field among the record's components; components without a {@link Key} are not fields. */
    private final int[] componentIndexes;

    private final int size;
    private final Map<String, FormerKey> formerKeys;

    private RecordShape(Class<?> type) {
        this.type = type;
        RecordComponent[] components = type.getRecordComponents();
        this.fields = Arrays.stream(components)
                .filter(component -> component.isAnnotationPresent(Key.class))
                .map(RecordShape::field)
                .toList();
        this.componentIndexes = IntStream.range(0, components.length)
                .filter(i -> components[i].isAnnotationPresent(Key.class))
                .toArray();
        this.size = components.length;
        this.formerKeys = collectFormerKeys();
        try {
            this.constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            // A record may be private to the package that declares it.
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("not a record: " + type, e);
        }
    }

    public static RecordShape of(Type type) {
        return SHAPES.get((Class<?>) type);
    }

    public static boolean isRecord(Type type) {
        return type instanceof Class<?> raw && raw.isRecord();
    }

    public static boolean isList(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == List.class;
    }

    public static boolean isMap(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == Map.class;
    }

    /** The element type of a list or map. */
    public static Type element(Type type) {
        Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
        return arguments[arguments.length - 1];
    }

    public Class<?> type() {
        return type;
    }

    public List<Field> fields() {
        return fields;
    }

    /** Every key that the mapping may have, including those of flat records. */
    public Map<String, Field> keys() {
        Map<String, Field> keys = new LinkedHashMap<>();
        for (Field field : fields) {
            if (field.flat()) {
                keys.putAll(of(field.type()).keys());
            } else {
                keys.put(field.name(), field);
            }
        }
        return keys;
    }

    /** Names that keys of the mapping had in the release before, and names of keys that were removed since. */
    public Map<String, FormerKey> formerKeys() {
        return formerKeys;
    }

    private Map<String, FormerKey> collectFormerKeys() {
        Map<String, FormerKey> former = new LinkedHashMap<>();
        for (Field field : fields) {
            if (field.flat()) {
                former.putAll(of(field.type()).formerKeys());
            }
            if (!field.key().was().isEmpty()) {
                former.put(field.key().was(), new FormerKey(field.name(), null, field, null));
            }
            if (field.key().wasFlat()) {
                of(field.type())
                        .keys()
                        .forEach((name, nested) -> former.put(name, new FormerKey(name, field.name(), nested, null)));
            }
        }
        NoEffect removed = type.getAnnotation(NoEffect.class);
        if (removed != null) {
            former.put(removed.key(), new FormerKey(null, null, null, removed.because()));
        }
        return former;
    }

    /** Whether the record has a required key, so that it has no default. */
    boolean hasRequiredKey() {
        return fields.stream().anyMatch(field -> field.key().required());
    }

    /** @param values of the fields; components that are not fields become null */
    Object create(Object[] values) {
        Object[] arguments = new Object[size];
        for (int i = 0; i < values.length; i++) {
            arguments[componentIndexes[i]] = values[i];
        }
        try {
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot create " + type, e);
        }
    }

    private static Field field(RecordComponent component) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        return new Field(
                snakeCase(component.getName()),
                component.getAnnotation(Key.class),
                component.getGenericType(),
                accessor);
    }

    private static String snakeCase(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 2);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                snake.append('_');
            }
            snake.append(Character.toLowerCase(c));
        }
        return snake.toString();
    }
}
