//! Parameter changes handed to a VST3 plugin with a block.

use crate::event::HostEvent;
use std::ptr;
use vst3::{
    Class, ComPtr, ComWrapper,
    Steinberg::{
        Vst::{
            IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID, ParamValue,
        },
        int32, kInvalidArgument, kNotImplemented, kResultOk, tresult,
    },
};

/// The changes of one block, with one queue for each.
pub struct Changes(Vec<ComPtr<IParamValueQueue>>);

impl Changes {
    /// The parameter changes among these events; the last value of a parameter counts.
    pub fn new(events: &[HostEvent]) -> Self {
        let queue = |event: &HostEvent| match *event {
            HostEvent::Parameter { time, id, value } => ComWrapper::new(Change { time, id, value }).to_com_ptr(),
            _ => None,
        };
        Self(events.iter().filter_map(queue).collect())
    }
}

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> int32 {
        self.0.len() as int32
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        let queue = usize::try_from(index).ok().and_then(|index| self.0.get(index));
        queue.map_or(ptr::null_mut(), ComPtr::as_ptr)
    }

    unsafe fn addParameterData(&self, _id: *const ParamID, _index: *mut int32) -> *mut IParamValueQueue {
        ptr::null_mut()
    }
}

struct Change {
    time: u32,
    id: ParamID,
    value: ParamValue,
}

impl Class for Change {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Change {
    unsafe fn getParameterId(&self) -> ParamID {
        self.id
    }

    unsafe fn getPointCount(&self) -> int32 {
        1
    }

    unsafe fn getPoint(&self, index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the caller gives places for both numbers.
        unsafe {
            offset.write(self.time as i32);
            value.write(self.value);
        }
        kResultOk
    }

    unsafe fn addPoint(&self, _offset: int32, _value: ParamValue, _index: *mut int32) -> tresult {
        kNotImplemented
    }
}
