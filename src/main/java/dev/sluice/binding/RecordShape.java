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

/** A config record as parser, schema and printer see it: its keys in order of declaration. */
public final class RecordShape {

    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return new RecordShape(type);
        }
    };

    /** One key. A flat one has no key of its own: its record's keys stand in the parent. */
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

    private final Class<?> type;
    private final Constructor<?> constructor;
    private final List<Field> fields;
    /** Where each field stands among the components: one without a {@link Key} is no part of the file. */
    private final int[] places;

    private final int size;

    private RecordShape(Class<?> type) {
        this.type = type;
        RecordComponent[] components = type.getRecordComponents();
        this.fields = Arrays.stream(components)
                .filter(component -> component.isAnnotationPresent(Key.class))
                .map(RecordShape::field)
                .toList();
        this.places = IntStream.range(0, components.length)
                .filter(i -> components[i].isAnnotationPresent(Key.class))
                .toArray();
        this.size = components.length;
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

    /** What a list or map holds. */
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

    /** Every key that may stand in the mapping, those of flat records among them. */
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

    /** True when the record makes no sense without something the user must say, so that there is no default for it. */
    boolean needsUser() {
        return fields.stream().anyMatch(field -> field.key().required());
    }

    /** @param values of the fields; a component that is none becomes null */
    Object create(Object[] values) {
        Object[] arguments = new Object[size];
        for (int i = 0; i < values.length; i++) {
            arguments[places[i]] = values[i];
        }
        try {
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type, e);
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
