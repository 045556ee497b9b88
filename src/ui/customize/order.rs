//! Lists whose order matters: by dragging, and by buttons.

use crate::browser::dom;
use leptos::prelude::*;

/// A thing of a list.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Tells the lists of a page apart.
    pub list: &'static str,
    pub at: usize,
    pub count: Memo<usize>,
    /// What it is called.
    pub name: Signal<String>,
}

/// Takes something out of one place and puts it into another.
pub fn shift<T>(list: &mut Vec<T>, from: usize, to: usize) {
    if from < list.len() && to < list.len() {
        let moved = list.remove(from);
        list.insert(to, moved);
    }
}

/// The thing that is being dragged, as its list and place.
const DRAGGED: &str = "application/x-daybook-row";

/// A card with its name, buttons to move and remove it, and what belongs to it below. `moved` is told from where and
/// to where.
pub fn card(
    row: Row,
    moved: impl Fn(usize, usize) + Copy + Send + Sync + 'static,
    remove: impl Fn() + Copy + Send + Sync + 'static,
    content: AnyView,
) -> AnyView {
    let Row { list, at, count, name } = row;
    let id = move |what: &str, at: usize| format!("{list}-{at}-{what}");
    // The focus goes with what was moved.
    let step = move |to: usize, what: &'static str| {
        moved(at, to);
        if let Some(button) = dom::by_id(&id(what, to)) {
            crate::browser::focus::give(&button, true);
        }
    };
    let begin = move |event: web_sys::DragEvent| {
        if let Some(data) = event.data_transfer() {
            // Where the browser keeps no data, there is nothing to drop either.
            drop(data.set_data(DRAGGED, &format!("{list}:{at}")));
        }
    };
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        let data = event.data_transfer().and_then(|data| data.get_data(DRAGGED).ok()).unwrap_or_default();
        if let Some(from) = data.strip_prefix(&format!("{list}:")).and_then(|from| from.parse::<usize>().ok()) {
            moved(from, at);
        }
    };
    view! {
        <li class="card-row" on:dragover=|event| event.prevent_default() on:drop=dropped>
            <details>
                <summary draggable="true" on:dragstart=begin>
                    <span class="grip" aria-hidden="true"></span>
                    <span class="name">{name}</span>
                </summary>
                {content}
            </details>
            <span class="moves">
                <button type="button" class="icon" id=id("up", at) title="Up" aria-label=move || format!("Move {} up", name.get())
                    disabled={at == 0} on:click=move |_| step(at.saturating_sub(1), "up")>"↑"</button>
                <button type="button" class="icon" id=id("down", at) title="Down" aria-label=move || format!("Move {} down", name.get())
                    disabled=move || { at + 1 >= count.get() } on:click=move |_| step(at + 1, "down")>"↓"</button>
                <button type="button" class="icon" title="Remove" aria-label=move || format!("Remove {}", name.get())
                    on:click=move |_| remove()>"×"</button>
            </span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::shift;

    #[test]
    fn what_is_moved_stands_where_it_was_put() {
        let mut list = vec!['a', 'b', 'c'];
        shift(&mut list, 0, 2);
        assert_eq!(list, ['b', 'c', 'a']);
        shift(&mut list, 2, 0);
        assert_eq!(list, ['a', 'b', 'c']);
        shift(&mut list, 1, 3);
        assert_eq!(list, ['a', 'b', 'c']);
    }
}
